import {
  type Destination,
  decideTransition,
  type TransitionDecision,
} from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import type { Step } from '../domain/release.ts';
import { runGroup } from '../group-commit/settle.ts';
import { COMMIT_CAPACITY, LINES_PER_COMMIT, type Ports } from './ports.ts';

/**
 * - `moved`: the order is where it was to go, now or since before.
 * - `invalid_transition`: it cannot go there from where `order` says it is.
 * - `unfinished`: the time ran out; asking again is safe.
 *
 * `drift` counts units that the order held and that the product's counters could not give.
 */
export type TransitionResult =
  | {
      readonly outcome: 'moved' | 'invalid_transition';
      readonly order: Order;
      readonly drift: number;
    }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'unfinished'; readonly drift: number };

/** Takes an order to its next status. Shipping takes what it holds out of the stock, once. */
export const transitionOrder = async (
  orderId: string,
  to: Destination,
  { store, remaining, queue, runtime }: Ports,
): Promise<TransitionResult> => {
  const order = await store.getOrder(orderId);
  if (!order) return { outcome: 'not_found' };
  const large = order.items.length > LINES_PER_COMMIT;
  if (to === 'shipped' && large) await queue?.finishLater(orderId);
  const { results } = await runGroup<Exclude<TransitionDecision, Step>>(
    [{ order, decide: (current, at) => decideTransition(current, to, at, LINES_PER_COMMIT) }],
    {
      commit: (changes) => store.commit(changes, remaining),
      now: runtime.now,
      maxChanges: COMMIT_CAPACITY.actions,
    },
  );
  const [result] = results;
  if (result?.type === 'failed') throw result.error;
  if (result?.type === 'unfinished') return { outcome: 'unfinished', drift: result.work.drift };
  if (result?.type !== 'done') return { outcome: 'not_found' };
  return {
    outcome: result.end.type === 'unchanged' ? 'moved' : 'invalid_transition',
    order: result.work.order,
    drift: result.work.drift,
  };
};
