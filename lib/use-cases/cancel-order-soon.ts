import type { AnyCancellation } from '../domain/cancellation.ts';
import { atMost } from '../time-budget.ts';
import { type CancellationResult, cancelOrder, isPart } from './cancel-orders.ts';
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
 * Cancels one order, or a part of it, for a caller who waits. A whole order is `unfinished` after a
 * conflict or two at one of its products; then the queue function should cancel it. A part is so only
 * when the time is up: its caller repeats it with its key.
 */
export const cancelOrderSoon = (
  request: AnyCancellation,
  { runtime, ...ports }: Ports,
): Promise<CancellationResult> =>
  cancelOrder(
    request,
    { ...ports, runtime, remaining: atMost(ports.remaining, PATIENCE_MS, runtime) },
    isPart(request)
      ? {}
      : { maxProductConflicts: runtime.random() < SHARE_THAT_TRIES_AGAIN ? 2 : 1 },
  );
