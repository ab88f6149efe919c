import type { CancellationRequest } from '../domain/cancellation.ts';
import { atMost } from '../time-budget.ts';
import { type CancellationResult, cancelOrder } from './cancel-orders.ts';
import type { Ports } from './ports.ts';

/** How long a caller is made to wait in any case, for a database that throttles or does not answer. */
const PATIENCE_MS = 3_000;

/**
 * How many of those who meet others at a product try once more. Of two who meet by chance many get
 * through that way; of many at a hot product most leave it to the queue at once, where they share
 * transactions instead of keeping each other from committing.
 */
const SHARE_THAT_TRIES_AGAIN = 0.5;

/**
 * Cancels one order for a caller who waits. It is `unfinished` soon where others are at one of its
 * products: then it is the queue's work.
 */
export const cancelOrderSoon = (
  request: CancellationRequest,
  { remaining, runtime, ...ports }: Ports,
): Promise<CancellationResult> =>
  cancelOrder(
    request,
    { ...ports, runtime, remaining: atMost(remaining, PATIENCE_MS, runtime) },
    { maxAtProducts: runtime.random() < SHARE_THAT_TRIES_AGAIN ? 2 : 1 },
  );
