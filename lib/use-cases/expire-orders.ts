import type { CancellationQueue, Ports } from './ports.ts';

type ExpiryPorts = Pick<Ports, 'store' | 'remaining' | 'runtime'> & {
  readonly queue: Pick<CancellationQueue, 'send'>;
};

/**
 * Puts pending orders that are older than this on the queue to be cancelled, unless they have been
 * confirmed by then. Safe to run twice at once: an order that is named twice is cancelled once.
 *
 * @param ttlMinutes 0 turns expiry off
 * @returns how many orders were put on the queue
 */
export const expireOrders = async (
  ttlMinutes: number,
  { store, remaining, queue, runtime }: ExpiryPorts,
): Promise<number> => {
  if (ttlMinutes === 0) return 0;
  const before = new Date(runtime.now().getTime() - ttlMinutes * 60_000).toISOString();
  let expired = 0;
  for await (const orderIds of store.pendingOrdersBefore(before)) {
    await queue.send(
      orderIds.map((orderId) => ({ orderId, reason: 'expired', onlyIf: 'pending' })),
    );
    expired += orderIds.length;
    // What is left is found by the next run.
    if (remaining() <= 0) break;
  }
  return expired;
};
