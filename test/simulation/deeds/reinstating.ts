import type { OrderRow } from '../laws.ts';
import type { Moment } from '../truth.ts';
import {
  cancelledByPart,
  claim,
  type DeedType,
  isCancellation,
  isShown,
  lineOf,
  SMALL,
  type Told,
  unexpected,
} from './deed.ts';

type Reinstate = {
  readonly type: 'reinstate';
  readonly orderId: string;
  readonly expiresAt?: string;
};

const lies = (told: Told<Reinstate>): string[] => {
  const { deed, from, status, code, body, once, did, order, product } = told;
  const { orderId, expiresAt } = deed;
  const isStep = (before: unknown, after: unknown): boolean => {
    const [was, is] = [before, after] as [OrderRow | undefined, OrderRow | undefined];
    return was?.status === 'cancelled' && is !== undefined && is.status !== 'cancelled';
  };
  const done = did('orders', orderId, ({ before, after }) => isStep(before, after));
  /** In its grace an order has all that it needs. */
  const isInNeed = (at: Moment): boolean => {
    const row = order(orderId, at);
    return row?.status === 'cancelled' && row.releaseAt === undefined;
  };
  const lacks = (holds: (productId: string, at: Moment) => unknown, what: string): string[] =>
    claim(
      once(isInNeed) &&
        once((at) => order(orderId, at)?.items.some(({ productId }) => holds(productId, at))) &&
        !done,
      what,
    );
  switch (`${status} ${code}`) {
    case '200 ':
      return [
        ...claim(
          once((at) => {
            const row = order(orderId, at);
            return row !== undefined && row.status !== 'cancelled' && row.round > 1;
          }),
          'the order is reinstated',
        ),
        ...claim(
          !did(
            'orders',
            orderId,
            ({ before, after }) => isStep(before, after) && after?.expiresAt !== expiresAt,
          ),
          `it expires at ${expiresAt}`,
        ),
        ...isShown('orders', body, told),
      ];
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !done, 'there is no such order');
    case '409 invalid_transition': {
      const round = order(orderId, from)?.round ?? 1;
      return claim(
        once((at) => {
          const row = order(orderId, at);
          // Another cancellation, which came after the one that was to be taken back.
          if (!row || row.round > round) return row;
          return row.status === 'cancelled' ? !isReinstatable(told, row, at) : row.round === 1;
        }) && !done,
        'there is no cancellation to take back',
      );
    }
    case '404 product_not_found':
      return lacks((productId, at) => !product(productId, at), 'a product does not exist');
    case '409 product_closed':
      return lacks((productId, at) => product(productId, at)?.closed, 'a product is closed');
    case '409 insufficient_stock': {
      type Shortage = { productId: string; requested: number; available: number };
      return (body.shortages as Shortage[]).flatMap(({ productId, requested, available }) =>
        lacks(
          (one, at) =>
            one === productId &&
            available < requested &&
            product(productId, at)?.availableQuantity === available &&
            toReserve(told, at, productId) === requested,
          `there are ${available} ${productId} too few`,
        ),
      );
    }
    default:
      return unexpected(told);
  }
};

/** What an order needs of a product again. */
const toReserve = (
  { deed, order, truth }: Told<Reinstate>,
  at: Moment,
  productId: string,
): number => {
  const row = order(deed.orderId, at);
  const byPart = row && cancelledByPart(truth, row, at).get(productId);
  return (lineOf(row, productId)?.cancelledQuantity ?? 0) - (byPart ?? 0);
};

/** Whether it was cancelled as a whole after it was placed, and not all of it was cancelled in parts. */
const isReinstatable = ({ truth }: Told<Reinstate>, row: OrderRow, at: Moment): boolean => {
  const cancelled = truth.deeds('orders', row.id, 0, at).findLast(isCancellation);
  if (row.placing || (cancelled?.before as OrderRow | undefined)?.placing) return false;
  const byPart = cancelledByPart(truth, row, at);
  return row.items.some(
    ({ productId, cancelledQuantity, reservedQuantity }) =>
      cancelledQuantity + reservedQuantity > (byPart.get(productId) ?? 0),
  );
};

const { orderId } = SMALL;

export const reinstating = {
  type: 'reinstate',
  request: ({ orderId: one, expiresAt }) => ({
    to: 'reinstateOrder',
    path: { orderId: one },
    json: { expiresAt },
  }),
  lies,
  kinds: {
    reinstate: {
      often: 4,
      draw: ({ happens, soon, id, ...draw }) => ({
        type: 'reinstate',
        orderId: draw.orderId,
        ...(happens(0.3, `${id}/expires`) && { expiresAt: soon() }),
      }),
      small: { type: 'reinstate', orderId },
      meets: {
        begins: ['cancelled', 'grace', 'grace over', 'expired'],
        others: ['reinstate', 'ship', 'sweep', 'delete order', 'place', 'adjust'],
      },
    },
  },
} as const satisfies DeedType<Reinstate>;
