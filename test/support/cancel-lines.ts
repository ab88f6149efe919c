import type { PartialCancellationRequest } from '../../lib/domain/cancellation.ts';
import { type CancellationResult, cancelOrder } from '../../lib/use-cases/cancel-orders.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';

export type PartialCancellationResult = Exclude<CancellationResult, { outcome: 'failed' }>;

/**
 * Cancels some units of an order, once for each idempotency key.
 *
 * @throws the error of a cancellation that failed
 */
export const cancelLines = async (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> => {
  const result = await cancelOrder(request, ports);
  if (result.outcome === 'failed') throw result.error;
  return result;
};
