import { mergeLines } from '../domain/order.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import { type CancellationResult, cancelOrders } from './cancel-orders.ts';
import type { BatchRequest } from './cancellation-batches.ts';
import { type Cost, dryRun } from './dry-run.ts';
import type { Ports } from './ports.ts';

/** What would become of an order. */
export type OrderPreview = {
  readonly orderId: string;
  readonly outcome:
    | 'cancelled'
    | 'already_cancelled'
    | 'order_not_found'
    | 'order_not_cancellable'
    | 'order_locked'
    | 'try_again';
};

/** What cancelling many orders would do, and what it would cost. */
export type BatchPreview = Cost & {
  readonly results: readonly OrderPreview[];
  /** Units that would come back, by product. */
  readonly restored: readonly ProductQuantity[];
};

/** Cancels many orders without writing anything, with the code that the queue function uses. */
export const previewBatch = async (
  { orderIds, ...cancellation }: Omit<BatchRequest, 'id'>,
  ports: Ports,
): Promise<BatchPreview> => {
  const dry = dryRun(ports);
  const ids = [...new Set(orderIds)];
  const results = await cancelOrders(
    ids.map((orderId) => ({ orderId, ...cancellation })),
    dry.ports,
  );
  return {
    results: results.map(toPreview),
    restored: mergeLines(restoredHere(results)),
    ...dry.cost(),
  };
};

/** What these cancellations would put back on the shelf, and no earlier ones. */
export const restoredHere = (results: readonly CancellationResult[]): ProductQuantity[] =>
  results.flatMap((result) => (result.outcome === 'cancelled' ? result.restored : []));

/** @throws the error of a result that failed */
export const toPreview = (result: CancellationResult): OrderPreview => ({
  orderId: result.orderId,
  outcome: outcomeOf(result),
});

const outcomeOf = (result: CancellationResult): OrderPreview['outcome'] => {
  switch (result.outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return result.outcome;
    case 'not_found':
      return 'order_not_found';
    case 'not_cancellable':
      return result.why === 'locked' ? 'order_locked' : 'order_not_cancellable';
    case 'failed':
      throw result.error;
    default:
      return 'try_again';
  }
};
