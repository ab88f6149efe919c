import type { CallOff, CallOffRequest } from '../../domain/call-off.ts';
import { mergeLines } from '../../domain/order.ts';
import type { ProductQuantity } from '../../domain/stock-movement.ts';
import { orIfTimeIsUp, shareOf, TimeIsUpError } from '../../time-budget.ts';
import type { CancellationResult } from '../cancel-orders.ts';
import { dryRun } from '../dry-run.ts';
import { type Holding, holdersOf } from '../holders.ts';
import type { Ports } from '../ports.ts';
import { type BatchPreview, type OrderPreview, restoredHere, toPreview } from '../preview-batch.ts';
import { cancelHolders } from './cancel-holders.ts';
import { isRefused } from './end.ts';
import { takeFrom } from './take-up-to.ts';

/**
 * What a call-off would do, and what it would cost.
 *
 * - `complete`: whether this is all. Otherwise there are more orders than can be told, or they could
 *   not all be found in time, and everything here is about those in `results`.
 */
export type CallOffPreview = BatchPreview & { readonly complete: boolean };

/** So many orders can be told in one answer: about 1 MB of at most 6 MB. */
const MOST_ORDERS = 10_000;

/** The part of the time in which it looks at orders; the rest is for the answer. */
const TO_LOOK = 3 / 4;

/**
 * Calls a product off without writing anything, with the code that the queue function uses. It looks
 * at the holders newest first, in batches, until they hold all units that are reserved, or with `upTo`
 * until so many units are taken.
 *
 * @returns undefined when the product does not exist
 * @throws TimeIsUpError when no order could be looked at in time
 */
export const previewCallOff = async (
  { upTo, ...callOff }: CallOff,
  ports: Ports,
): Promise<CallOffPreview | undefined> => {
  const { productId } = callOff;
  const { store, remaining, runtime } = ports;
  const looking = { ...ports, remaining: shareOf(remaining, TO_LOOK) };
  const dry = dryRun(looking);
  const request: CallOffRequest = { ...callOff, idempotencyKey: runtime.newId(), by: ports.by };
  const reserved = async () => (await store.getProduct(productId, remaining))?.reservedQuantity;
  const before = await reserved();
  if (before === undefined) return undefined;

  const results: OrderPreview[] = [];
  const restored: ProductQuantity[] = [];
  let found = 0;
  let left = upTo;
  const cancels = async (holdings: readonly Holding[]): Promise<CancellationResult[]> => {
    if (left === undefined) return cancelHolders(holdings, request, dry.ports);
    const limited = { batchId: request.idempotencyKey, productId, upTo: left };
    const taking = await takeFrom(holdings, limited, request, dry.ports, left);
    left = taking.left;
    return taking.results;
  };
  const walk = async (): Promise<boolean> => {
    for await (const { holdings } of holdersOf(productId, looking)) {
      const ended = await cancels(holdings);
      results.push(...ended.map(previewOf));
      restored.push(...restoredHere(ended));
      found += holdings.reduce((sum, { reservedQuantity }) => sum + reservedQuantity, 0);
      if (ended.some(({ outcome }) => outcome === 'unfinished')) return false;
      if (left === 0 || found === (await reserved())) return true;
      if (results.length >= MOST_ORDERS) return false;
    }
    return false;
  };
  const complete = before === 0 || (await orIfTimeIsUp(walk, false));
  if (!complete && results.length === 0 && looking.remaining() === 0) throw new TimeIsUpError();
  return { complete, results, restored: mergeLines(restored), ...dry.cost() };
};

/** Whoever is still being placed is cancelled later. */
const previewOf = (result: CancellationResult): OrderPreview =>
  result.outcome === 'not_cancellable' && !isRefused(result)
    ? { orderId: result.orderId, outcome: 'try_again' }
    : toPreview(result);
