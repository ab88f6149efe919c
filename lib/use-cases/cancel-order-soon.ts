import type { CancellationRequest, PartialCancellationRequest } from '../domain/cancellation.ts';
import { atMost } from '../time-budget.ts';
import { cancelLines, type PartialCancellationResult } from './cancel-lines.ts';
import { type CancellationResult, cancelOrder } from './cancel-orders.ts';
import type { Ports } from './ports.ts';

/**
 * How long a call tries to cancel when DynamoDB throttles it or does not answer, or when other
 * transactions are in its way, in milliseconds.
 */
const PATIENCE_MS = 3_000;

/**
 * The share of calls that try once more after a conflict at a product. If two calls meet by chance,
 * one retry often helps. At a hot product most calls go to the queue at once, where they share
 * transactions instead of conflicting.
 */
const SHARE_THAT_TRIES_AGAIN = 0.5;

/**
 * Cancels one order for a caller who waits. After a conflict or two at one of its products it is
 * `unfinished`; then the queue function should cancel it.
 */
export const cancelOrderSoon = (
  request: CancellationRequest,
  ports: Ports,
): Promise<CancellationResult> =>
  cancelOrder(request, impatient(ports), {
    maxAtProducts: ports.runtime.random() < SHARE_THAT_TRIES_AGAIN ? 2 : 1,
  });

/**
 * Cancels some units of an order for a caller who waits. The queue takes no partial cancellations,
 * so contention makes it `unfinished` only when the time is up.
 */
export const cancelLinesSoon = (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> => cancelLines(request, impatient(ports));

const impatient = ({ remaining, runtime, ...ports }: Ports): Ports => ({
  ...ports,
  runtime,
  remaining: atMost(remaining, PATIENCE_MS, runtime),
});
