import type { ProductQuantity } from '../../lib/domain/stock-movement.ts';
import { cancelOrder } from '../../lib/http/operations/cancel-order.ts';
import { Failure, tryAgain } from '../failure.ts';
import type { Cancellation } from '../resources.ts';
import type { Session } from '../session.ts';
import type { Verdict } from './tally.ts';

/** Between two looks at an order that the queue is to cancel, in milliseconds. */
const PAUSE_MS = 250;
/** Looks until the queue has had its time. */
const LOOKS = 240;

/** Answers after which nothing may come back. */
const REFUSALS: readonly unknown[] = [
  'order_not_cancellable',
  'line_not_found',
  'quantity_exceeded',
];

/** A cancellation of a whole order, or with items and a key of a part. */
export type Played = {
  readonly orderId: string;
  readonly items?: readonly ProductQuantity[] | undefined;
  readonly idempotencyKey?: string | undefined;
};

/**
 * Cancels an order of the copy, or a part of it. The answer to a repeated call is the same, so a feed
 * that is played again tells the same.
 */
export const playCancellation = async (
  { orderId, items, idempotencyKey }: Played,
  { api, pause }: Pick<Session, 'api' | 'pause'>,
): Promise<Verdict> => {
  const request = {
    path: { orderId },
    body: items ? { items } : {},
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
  for (let look = 0; ; look += 1) {
    try {
      const { body } = await api.call<Cancellation>(cancelOrder, request);
      // A part gives its units back at once, and the order goes on holding others.
      if (body.outcome !== 'accepted' && (items || isDone(body))) {
        return { due: new Map(body.restored.map((one) => [one.productId, one.quantity])) };
      }
    } catch (error) {
      const code = error instanceof Failure ? error.body.code : undefined;
      if (code === 'order_not_found') return { due: new Map(), isUnknown: true };
      if (REFUSALS.includes(code)) return { due: new Map() };
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
