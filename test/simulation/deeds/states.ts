/** What becomes of an order besides its cancellation: the way it goes, locks, amendments, its end. */
import type { MovementRow, OrderRow } from '../laws.ts';
import {
  claim,
  type DeedType,
  isDeletion,
  isInHouse,
  isShown,
  SMALL,
  type Told,
  unexpected,
} from './deed.ts';

type OfOrder<Type extends string> = { readonly type: Type; readonly orderId: string };

const ROADS = {
  confirm: ['pending', 'confirmed'],
  ship: ['confirmed', 'shipped'],
  deliver: ['shipped', 'delivered'],
} as const;

type Road = keyof typeof ROADS;

const onTransition = (told: Told<OfOrder<Road>>): string[] => {
  const { deed, status, code, once, did, order } = told;
  const [from, to] = ROADS[deed.type];
  const moved = did('orders', deed.orderId, ({ before, after }) => {
    const [was, is] = [before, after] as [OrderRow | undefined, OrderRow | undefined];
    return was?.status === from && is?.status === to;
  });
  switch (`${status} ${code}`) {
    case '200 ':
      return claim(
        once((at) => order(deed.orderId, at)?.status === to),
        `the order is ${to}`,
      );
    case '404 order_not_found':
      return claim(once((at) => !order(deed.orderId, at)) && !moved, 'there is no such order');
    case '409 invalid_transition':
      return claim(
        once((at) => {
          const row = order(deed.orderId, at);
          return row && (row.placing || (row.status !== from && row.status !== to));
        }) && !moved,
        `it cannot become ${to}`,
      );
    default:
      return unexpected(told);
  }
};

export const confirming = {
  type: 'confirm',
  request: ({ orderId }) => ({ to: 'confirmOrder', path: { orderId } }),
  lies: onTransition,
  kinds: {
    confirm: {
      often: 3,
      draw: ({ orderId }) => ({ type: 'confirm', orderId }),
      small: { type: 'confirm', orderId: SMALL.orderId },
      meets: { begins: ['expired'], others: ['confirm', 'sweep'] },
    },
  },
} as const satisfies DeedType<OfOrder<'confirm'>>;

export const shipping = {
  type: 'ship',
  request: ({ orderId }) => ({ to: 'shipOrder', path: { orderId } }),
  lies: onTransition,
  kinds: {
    ship: {
      often: 3,
      draw: ({ orderId }) => ({ type: 'ship', orderId }),
      small: { type: 'ship', orderId: SMALL.orderId },
    },
  },
} as const satisfies DeedType<OfOrder<'ship'>>;

export const delivering = {
  type: 'deliver',
  request: ({ orderId }) => ({ to: 'deliverOrder', path: { orderId } }),
  lies: onTransition,
  kinds: {
    deliver: { often: 1, draw: ({ orderId }) => ({ type: 'deliver', orderId }) },
  },
} as const satisfies DeedType<OfOrder<'deliver'>>;

const onLock = (told: Told<OfOrder<'lock' | 'unlock'>>): string[] => {
  const { deed, status, code, body, once, did, order } = told;
  const { type, orderId } = deed;
  const changed = did('orders', orderId, ({ before, after }) => {
    const [was, is] = [before, after].map((row) => (row as OrderRow | undefined)?.lock);
    return type === 'lock' ? is !== undefined && !was : was !== undefined && !is;
  });
  switch (`${status} ${code}`) {
    case '200 ':
      return [
        ...claim(
          once((at) => {
            const row = order(orderId, at);
            return isInHouse(row) && (row.lock !== undefined) === (type === 'lock');
          }),
          `the order is ${type}ed`,
        ),
        ...isShown('orders', body, told),
      ];
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !changed, 'there is no such order');
    case '409 invalid_transition':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          return row && (!isInHouse(row) || row.placing);
        }) && !changed,
        `it cannot be ${type}ed`,
      );
    default:
      return unexpected(told);
  }
};

export const locking = {
  type: 'lock',
  request: ({ orderId }) => ({ to: 'lockOrder', path: { orderId }, json: { reason: 'picking' } }),
  lies: onLock,
  kinds: {
    lock: {
      often: 2,
      draw: ({ orderId }) => ({ type: 'lock', orderId }),
      small: { type: 'lock', orderId: SMALL.orderId },
      meets: {
        begins: ['confirmed', 'expired'],
        others: ['lock', 'sweep', 'cancel in part', 'unlock'],
      },
    },
  },
} as const satisfies DeedType<OfOrder<'lock'>>;

export const unlocking = {
  type: 'unlock',
  request: ({ orderId }) => ({ to: 'unlockOrder', path: { orderId } }),
  lies: onLock,
  kinds: {
    unlock: {
      often: 2,
      draw: ({ orderId }) => ({ type: 'unlock', orderId }),
      small: { type: 'unlock', orderId: SMALL.orderId },
      meets: { begins: ['locked'], others: ['unlock', 'sweep', 'ship'] },
    },
  },
} as const satisfies DeedType<OfOrder<'unlock'>>;

type Amend = OfOrder<'amend'> & {
  readonly expiresAt?: string;
  readonly metadata?: Readonly<Record<string, string>>;
};

export const amending = {
  type: 'amend',
  request: ({ orderId, expiresAt, metadata }) => ({
    to: 'amendOrder',
    path: { orderId },
    json: { expiresAt, metadata },
  }),
  lies: (told) => {
    const { deed, status, code, body, once, order } = told;
    const { orderId, expiresAt, metadata } = deed;
    switch (`${status} ${code}`) {
      case '200 ':
        return [
          ...claim(
            (expiresAt === undefined || body.expiresAt === expiresAt) &&
              (metadata === undefined ||
                JSON.stringify(body.metadata) === JSON.stringify(metadata)),
            'the order is as it was wanted',
          ),
          ...isShown('orders', body, told),
        ];
      case '404 order_not_found':
        return claim(
          once((at) => !order(orderId, at)),
          'there is no such order',
        );
      default:
        return unexpected(told);
    }
  },
  kinds: {
    amend: {
      often: 2,
      draw: ({ id, orderId, soon, happens }) => ({
        type: 'amend',
        orderId,
        ...(happens(0.6, `${id}/expires`) && { expiresAt: soon() }),
        ...(happens(0.5, `${id}/metadata`) && { metadata: { by: id } }),
      }),
      small: { type: 'amend', orderId: SMALL.orderId, expiresAt: '2026-03-02T12:30:00.000Z' },
      meets: { begins: ['expired', 'grace', 'confirmed'], others: ['amend', 'sweep', 'reinstate'] },
    },
  },
} as const satisfies DeedType<Amend>;

export const deletingOrders = {
  type: 'delete order',
  request: ({ orderId }) => ({ to: 'deleteOrder', path: { orderId } }),
  lies: (told) => {
    const { deed, status, code, once, did, order, truth } = told;
    const { orderId } = deed;
    const deleted = did('orders', orderId, isDeletion);
    switch (`${status} ${code}`) {
      case '204 ':
        return claim(deleted, 'this call has deleted the order');
      case '404 order_not_found':
        return claim(once((at) => !order(orderId, at)) && !deleted, 'there is no such order');
      case '409 order_not_deletable':
        return claim(
          once((at) => {
            const row = order(orderId, at);
            if (!row) return false;
            const isHolding = row.items.some(({ reservedQuantity }) => reservedQuantity > 0);
            if (row.status !== 'cancelled' || isHolding || row.placing) return true;
            const sums = new Map<string, number>();
            for (const movement of row.movementReferences.flatMap((one) =>
              truth.movements(one, at),
            )) {
              const { productId, stockDelta } = movement as MovementRow;
              sums.set(productId, (sums.get(productId) ?? 0) + stockDelta);
            }
            return [...sums.values()].some((sum) => sum !== 0);
          }) && !deleted,
          'the order cannot be deleted',
        );
      default:
        return unexpected(told);
    }
  },
  kinds: {
    'delete order': {
      often: 2,
      draw: ({ orderId }) => ({ type: 'delete order', orderId }),
      small: { type: 'delete order', orderId: SMALL.orderId },
    },
  },
} as const satisfies DeedType<OfOrder<'delete order'>>;
