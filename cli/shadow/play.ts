import { cancelOrder } from '../../lib/http/operations/cancel-order.ts';
import { Failure, tryAgain } from '../failure.ts';
import type { Cancellation } from '../resources.ts';
import type { Session } from '../session.ts';
import type { Verdict } from './tally.ts';

/** Between two looks at an order that the queue is to cancel, in milliseconds. */
const PAUSE_MS = 250;
/** Looks until the queue has had its time. */
const LOOKS = 240;

/**
 * Cancels an order of the copy. The answer to a repeated call is the same, so a feed that is played
 * again tells the same.
 */
export const playCancellation = async (
  orderId: string,
  { api, pause }: Pick<Session, 'api' | 'pause'>,
): Promise<Verdict> => {
  for (let look = 0; ; look += 1) {
    try {
      const { body } = await api.call<Cancellation>(cancelOrder, { path: { orderId }, body: {} });
      if (body.outcome !== 'accepted' && isDone(body)) {
        return { due: new Map(body.restored.map((one) => [one.productId, one.quantity])) };
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code } = error.body;
      if (code === 'order_not_found' || code === 'order_not_cancellable') return { why: code };
      throw error;
    }
    if (look >= LOOKS) throw stuck(orderId);
    await pause(PAUSE_MS);
  }
};

/** A large order gives its units back in several steps, and tells of all only after the last one. */
const isDone = ({ order }: Exclude<Cancellation, { outcome: 'accepted' }>): boolean =>
  order.items.every(({ reservedQuantity }) => reservedQuantity === 0);

const stuck = (orderId: string): Failure =>
  tryAgain(
    'not_finished',
    `The copy does not come to the end of cancelling order ${orderId}. Is its queue stuck?`,
  );
