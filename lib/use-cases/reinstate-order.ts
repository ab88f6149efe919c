import type { Order } from '../domain/order.ts';
import {
  decideReinstatement,
  giveUpReinstatement,
  type NotReinstatable,
  type ReinstatementRequest,
  type Reserve,
  unitsToReserve,
} from '../domain/reinstatement.ts';
import type { TaskResult } from '../group-commit/progress.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import {
  explainRefusal,
  isAboutOrder,
  isSameVersion,
  reserving,
  type Unavailable,
} from './reserving.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `reinstated`: the order has the status from before its cancellation, and holds its units.
 * - `invalid_transition`, `too_many_parts`: see `NotReinstatable`.
 * - `insufficient_stock` and the like: nothing is reserved, and the order stays cancelled.
 * - `unfinished`: the time ran out, or another request gave the reinstatement up; a retry is safe.
 */
export type ReinstatementResult =
  | {
      readonly outcome: 'reinstated' | 'invalid_transition' | 'too_many_parts';
      readonly order: Order;
    }
  | { readonly outcome: 'not_found' | 'unfinished' }
  | Unavailable;

/**
 * Takes the cancellation of a whole order back. In its grace this touches no product. Afterwards the
 * order reserves its units again, all or nothing.
 *
 * An order that is too large for one transaction reserves its lines step by step, and stays
 * cancelled until the last step. If a product runs short, it releases them again (compensation). If
 * the invocation crashes before that, the sweep does so.
 */
export const reinstateOrder = (
  orderId: string,
  request: ReinstatementRequest,
  ports: Ports,
): Promise<ReinstatementResult> =>
  orIfTimeIsUp(() => tryToReinstate(orderId, request, ports), { outcome: 'unfinished' });

const tryToReinstate = async (
  orderId: string,
  request: ReinstatementRequest,
  ports: Ports,
): Promise<ReinstatementResult> => {
  const { store, remaining, runtime } = ports;
  const seen = await store.getOrder(orderId, remaining);
  if (!seen) return { outcome: 'not_found' };
  let order: Order | undefined = seen;
  while (order && remaining() > 0) {
    // 1. Take the steps that reserve nothing.
    const result = await takeSteps(order, seen, request, ports);
    if (result.type === 'not_found' || result.type === 'unfinished')
      return { outcome: result.type };
    if (result.type === 'settled') return { outcome: 'reinstated', order: result.order };
    const { why } = result;
    if (why === 'given_up') return { outcome: 'unfinished' };
    if (why === 'another') return { outcome: 'not_found' };
    if (why === 'invalid_transition' || why === 'too_many_parts') {
      return { outcome: why, order: result.order };
    }

    // 2. Reserve.
    const writeId = runtime.newId();
    const changes = reserving(why, why.order.updatedAt);
    const commit = await store.commit(changes, remaining, { writeId });
    if (commit.type === 'exhausted') return { outcome: 'unfinished' };
    if (commit.type === 'committed') {
      order = { ...why.order, writeId };
      continue;
    }

    // 3. Learn from the refusal.
    const refusal = commit.refusals.find(isAboutOrder);
    // Stock can be short because a concurrent call has just reinstated this order: read it first.
    const found = refusal ? refusal.found : await store.getOrder(orderId, remaining);
    if (refusal || !found || !isSameVersion(found, result.order)) {
      order = found;
      continue;
    }
    const unavailable = await explainRefusal(commit.refusals, unitsToReserve(why.order), ports);
    // A product was short or closed, and is not any more.
    if (!unavailable) continue;
    if (found.reinstating && !(await giveUp(found, ports))) return { outcome: 'unfinished' };
    return unavailable;
  }
  return { outcome: order ? 'unfinished' : 'not_found' };
};

/** Takes the steps that reserve nothing; what has to be reserved then is why there are no more. */
const takeSteps = async (
  order: Order,
  seen: Order,
  request: ReinstatementRequest,
  ports: Ports,
): Promise<Exclude<TaskResult<NotReinstatable | Reserve>, { type: 'failed' }>> => {
  const told = { by: ports.by, ...request };
  const { result } = await runOneOnShop<NotReinstatable | Reserve>(
    {
      order,
      decide: (current, at) => {
        const decision = decideReinstatement(current, seen, told, at, LINES_PER_COMMIT);
        return decision.type === 'reserve' ? { type: 'rejected', why: decision } : decision;
      },
    },
    ports,
  );
  return result;
};

/** Releases what an interrupted reinstatement has reserved. */
const giveUp = async (order: Order, ports: Ports): Promise<boolean> => {
  const { result } = await runOneOnShop<never>(
    {
      order,
      decide: (current, at) =>
        current.reinstating
          ? giveUpReinstatement(current, at, LINES_PER_COMMIT)
          : { type: 'settled' },
    },
    ports,
  );
  return result.type === 'settled';
};
