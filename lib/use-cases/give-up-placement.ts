import type { Order } from '../domain/order.ts';
import { decideGivingUp } from '../domain/placement.ts';
import { deleteOrder } from './delete-order.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `cleared`: the order is gone, as if it had never been.
 * - `standing`: somebody else has placed or cancelled it meanwhile; `order` is what it is now.
 * - `unfinished`: the time ran out. Nothing is lost: any later request, or the sweep, resumes it.
 */
export type GivenUp =
  | { readonly outcome: 'cleared' }
  | { readonly outcome: 'unfinished' }
  | { readonly outcome: 'standing'; readonly order: Order };

/** Gives back what a half placed order holds, and clears it away. */
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
 * Deletes an order that was given up and holds nothing any more. Where stock had drifted its
 * movements have to stay, and it with them: it then is a cancelled order like any other.
 */
export const clearAway = async (order: Order, ports: Ports): Promise<'cleared' | 'unfinished'> => {
  const { outcome } = await deleteOrder(order.id, ports, order);
  if (outcome === 'unfinished') return outcome;
  if (outcome === 'order_not_deletable') {
    const { placing: _, ...rest } = order;
    const updatedAt = ports.runtime.now().toISOString();
    const kept: Order = { ...rest, version: order.version + 1, updatedAt };
    const { type } = await ports.store.commit(
      [{ type: 'update-order', order: kept }],
      ports.remaining,
    );
    if (type === 'exhausted') return 'unfinished';
  }
  return 'cleared';
};
