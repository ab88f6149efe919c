import type { PartialCancellationRequest } from '../domain/cancellation.ts';
import { type CancellationResult, cancelOrder } from './cancel-orders.ts';
import type { Ports } from './ports.ts';

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
