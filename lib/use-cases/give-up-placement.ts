import type { Order } from '../domain/order.ts';
import { decideGivingUp } from '../domain/placement.ts';
import { deleteOrder } from './delete-order.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `cleared`: the order has released everything and is deleted.
 * - `standing`: another request has placed or cancelled it meanwhile; `order` is its current state.
 * - `unfinished`: the time ran out. Nothing is lost: a later request or the sweep resumes the work.
 */
export type GivenUp =
  | { readonly outcome: 'cleared' }
  | { readonly outcome: 'unfinished' }
  | { readonly outcome: 'standing'; readonly order: Order };

/** Releases what an interrupted placement holds (compensation), and clears the order away. */
export const giveUpPlacement = async (order: Order, ports: Ports): Promise<GivenUp> => {
  const { result } = await runOneOnShop(
    { order, decide: (current, at) => decideGivingUp(current, at, LINES_PER_COMMIT) },
    ports,
  );
  switch (result.type) {
    case 'unfinished':
      return { outcome: 'unfinished' };
    case 'not_found':
      return { outcome: 'cleared' };
    case 'rejected':
      return { outcome: 'standing', order: result.order };
    case 'settled':
      return (await clearAway(result.order, ports)) === 'cleared'
        ? { outcome: 'cleared' }
        : { outcome: 'unfinished' };
  }
};

/**
 * Deletes an order that was given up and holds nothing any more. After drift its movements do not
 * add up to zero, so they and the order have to stay: it becomes a cancelled order that was never
 * placed.
 */
export const clearAway = async (order: Order, ports: Ports): Promise<'cleared' | 'unfinished'> => {
  const { outcome } = await deleteOrder(order.id, ports, order);
  if (outcome === 'unfinished') return outcome;
  if (outcome === 'order_not_deletable') {
    const { placing: _, ...rest } = order;
    const updatedAt = ports.runtime.now().toISOString();
    const kept: Order = { ...rest, givenUp: true, version: order.version + 1, updatedAt };
    const { type } = await ports.store.commit(
      [{ type: 'update-order', order: kept }],
      ports.remaining,
    );
    if (type === 'exhausted') return 'unfinished';
  }
  return 'cleared';
};
