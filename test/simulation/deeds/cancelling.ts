import type { MovementRow, OrderRow } from '../laws.ts';
import type { Moment } from '../truth.ts';
import { notAsAsked } from '../work.ts';
import {
  claim,
  type DeedType,
  hasSameUnits,
  hasShipped,
  isCancellation,
  isCreation,
  isInHouse,
  SMALL,
  type Told,
  type Units,
  unexpected,
} from './deed.ts';

type Asked = {
  readonly orderId: string;
  readonly restock: boolean;
  readonly graceSeconds?: number;
  readonly onlyIf?: 'pending';
};

type Cancel = Asked & { readonly type: 'cancel' };
type TryToCancel = Asked & { readonly type: 'try to cancel' };

const bodyOf = ({ restock, graceSeconds, onlyIf }: Asked) => ({
  ...(!restock && { restock: false }),
  ...(graceSeconds !== undefined && { graceSeconds }),
  ...(onlyIf && { onlyIf }),
});

const onCancelling = (told: Told<Cancel>): string[] => {
  const { id, deed, status, code, body, once, did, order, truth, from, to } = told;
  const { orderId } = deed;
  const cancelled = did('orders', orderId, isCancellation);
  /** What came back is reserved again then. */
  const isTakenBack = (at: Moment): boolean => isInHouse(order(orderId, at));
  switch (`${status} ${code}`) {
    case '200 ': {
      const own = truth
        .deeds('orders', orderId, from, to)
        .findLast((one) => one.by === id && isCancellation(one));
      return [
        ...(body.outcome === 'cancelled'
          ? claim(cancelled, 'this call has cancelled the order')
          : claim(
              once((at) => order(orderId, at)?.status === 'cancelled') && !cancelled,
              'another call has cancelled the order',
            )),
        ...(own ? notAsAsked(own, [bodyOf(deed)]) : []),
        ...claim(
          once((at) =>
            hasSameUnits(body.restored as Units[], isTakenBack(at) ? [] : restoredAt(told, at)),
          ),
          `${JSON.stringify(body.restored)} came back`,
        ),
      ];
    }
    case '202 ':
      return [];
    default:
      return [...onRefusal(told), ...claim(!cancelled, 'nothing was done')];
  }
};

/** What would become of it, and nothing becomes of it. */
const onTrying = (told: Told<TryToCancel>): string[] => {
  const { id, deed, status, body, once, order, truth, from, to } = told;
  const { orderId, restock, graceSeconds = 0 } = deed;
  const restored = body.restored as Units[];
  const nothing = claim(!truth.hasCommitted(id, from, to), 'it was only tried');
  if (status !== 200) return [...onRefusal(told), ...nothing];
  const isTrue = (at: Moment): boolean => {
    const row = order(orderId, at);
    if (!row) return false;
    const held = row.items.map(({ productId, reservedQuantity: quantity }) => ({
      productId,
      quantity,
    }));
    if (body.outcome === 'cancelled') {
      if (whyNot(row, deed) !== undefined || row.status === 'cancelled') return false;
      const isKept = !restock || (graceSeconds > 0 && !row.placing);
      return hasSameUnits(restored, isKept ? [] : present(held));
    }
    // A cancellation that was interrupted would be finished.
    const isOver = row.releaseAt !== undefined || row.reinstating === 'reserving';
    const more = isOver || row.restock === false ? [] : held;
    return (
      row.status === 'cancelled' &&
      hasSameUnits(restored, present([...restoredAt(told, at), ...more]))
    );
  };
  return [
    ...claim(once(isTrue), `it would be ${body.outcome}: ${JSON.stringify(restored)}`),
    ...nothing,
  ];
};

const present = (items: readonly Units[]): Units[] => items.filter(({ quantity }) => quantity > 0);

/** Why an order cannot be cancelled as a whole. */
const whyNot = (row: OrderRow, { onlyIf }: Pick<Asked, 'onlyIf'>): string | undefined => {
  if (row.status === 'shipped' || row.status === 'delivered') return 'order_not_cancellable';
  if (!isInHouse(row)) return undefined;
  if (row.lock) return 'order_locked';
  const isLate = onlyIf !== undefined && row.status !== onlyIf;
  return isLate || hasShipped(row) ? 'order_not_cancellable' : undefined;
};

const onRefusal = (told: Told<Asked>): string[] => {
  const { deed, status, code, once, order } = told;
  switch (`${status} ${code}`) {
    case '404 order_not_found':
      return claim(
        once((at) => !order(deed.orderId, at)),
        'there is no such order',
      );
    case '409 order_not_cancellable':
    case '409 order_locked':
      return claim(
        once((at) => {
          const row = order(deed.orderId, at);
          return row && whyNot(row, deed) === code;
        }),
        `the order is ${code}`,
      );
    default:
      return unexpected(told);
  }
};

/** What the last cancellation of an order recorded, also of products that were deleted since. */
const restoredAt = ({ deed, truth }: Told<Asked>, at: Moment): Units[] => {
  const deeds = truth.deeds('orders', deed.orderId, 0, at);
  const placed = deeds.findLast(isCreation);
  const round = (deeds.findLast(isCancellation)?.after as OrderRow | undefined)?.round ?? 1;
  const name = `order_${deed.orderId}${round > 1 ? `~${round}` : ''}`;
  return (truth.recorded(`${name}_cancellation`, placed?.at ?? 0, at) as MovementRow[])
    .filter(({ movementType }) => movementType === 'restoration')
    .map(({ productId, quantity }) => ({ productId, quantity }));
};

const { orderId } = SMALL;

export const cancelling = {
  type: 'cancel',
  request: (deed) => ({
    to: 'cancelOrder',
    path: { orderId: deed.orderId },
    json: { reason: 'customer', ...bodyOf(deed) },
  }),
  work: (deed) => [{ orderId: deed.orderId, ...bodyOf(deed) }],
  lies: onCancelling,
  kinds: {
    cancel: {
      often: 4,
      draw: (draw) => ({ type: 'cancel', orderId: draw.orderId, restock: true }),
      small: { type: 'cancel', orderId, restock: true },
    },
    'cancel as lost': {
      often: 1,
      draw: (draw) => ({ type: 'cancel', orderId: draw.orderId, restock: false }),
    },
    'cancel with grace': {
      often: 3,
      draw: ({ oneOf, happens, id, ...draw }) => ({
        type: 'cancel',
        orderId: draw.orderId,
        restock: !happens(0.1, `${id}/lost`),
        graceSeconds: oneOf([1, 5, 60, 0], `${id}/grace`),
      }),
      small: { type: 'cancel', orderId, restock: true, graceSeconds: 60 },
      meets: {
        begins: ['confirmed', 'expired', 'locked'],
        others: ['cancel with grace', 'ship', 'reinstate', 'sweep'],
      },
    },
    'cancel if pending': {
      often: 1,
      draw: (draw) => ({
        type: 'cancel',
        orderId: draw.orderId,
        restock: true,
        onlyIf: 'pending',
      }),
      small: { type: 'cancel', orderId, restock: true, onlyIf: 'pending' },
      meets: {
        begins: ['expired', 'confirmed'],
        others: ['cancel if pending', 'confirm', 'sweep'],
      },
    },
  },
} as const satisfies DeedType<Cancel>;

export const tryingToCancel = {
  type: 'try to cancel',
  request: (deed) => ({
    to: 'cancelOrder',
    path: { orderId: deed.orderId },
    json: { reason: 'customer', dryRun: true, ...bodyOf(deed) },
  }),
  lies: onTrying,
  kinds: {
    'try to cancel': {
      often: 1,
      draw: ({ oneOf, id, orderId }) => ({
        type: 'try to cancel',
        orderId,
        restock: oneOf([true, true, false], `${id}/restock`),
        ...oneOf<Partial<Asked>>([{}, { graceSeconds: 60 }, { onlyIf: 'pending' }], `${id}/how`),
      }),
      small: { type: 'try to cancel', orderId, restock: true },
      meets: {
        begins: ['confirmed', 'cancelled', 'locked', 'grace over'],
        others: ['ship', 'sweep'],
      },
    },
  },
} as const satisfies DeedType<TryToCancel>;

type CancelMany = { readonly type: 'cancel many'; readonly orderIds: readonly string[] };
type TryMany = { readonly type: 'try to cancel many'; readonly orderIds: readonly string[] };
type Message = {
  readonly type: 'message';
  readonly orderIds: readonly string[];
  readonly graceSeconds?: number;
  readonly onlyIf?: 'pending';
};

export const cancellingMany = {
  type: 'cancel many',
  request: ({ orderIds }) => ({ to: 'createBatch', json: { orderIds } }),
  work: ({ orderIds }) => orderIds.map((one) => ({ orderId: one })),
  lies: ({ status }) => claim(status === 202, 'a batch is taken'),
  kinds: {
    'cancel many': {
      often: 2,
      draw: (draw) => ({ type: 'cancel many', orderIds: [draw.orderId, ...draw.orderIds()] }),
    },
  },
} as const satisfies DeedType<CancelMany>;

const OUTCOMES = ['cancelled', 'already_cancelled', 'order_not_found'];

export const tryingMany = {
  type: 'try to cancel many',
  request: ({ orderIds }) => ({ to: 'createBatch', json: { orderIds, dryRun: true } }),
  lies: (told) => {
    const { id, deed, status, body, once, order, truth, from, to } = told;
    if (status !== 200) return unexpected(told);
    const results = body.results as { orderId: string; outcome: string }[];
    const isTrue = (of: { orderId: string; outcome: string }, at: Moment): boolean => {
      const row = order(of.orderId, at);
      if (!row) return of.outcome === 'order_not_found';
      const why = whyNot(row, {});
      if (!OUTCOMES.includes(of.outcome)) return of.outcome === why;
      if (row.status === 'cancelled') return of.outcome === 'already_cancelled';
      return why === undefined && of.outcome === 'cancelled';
    };
    return [
      ...claim(!truth.hasCommitted(id, from, to), 'it was only tried'),
      ...claim(results.length === new Set(deed.orderIds).size, 'these are all orders'),
      ...results
        .filter(({ outcome }) => outcome !== 'try_again')
        .flatMap((one) =>
          claim(
            once((at) => isTrue(one, at)),
            `${one.orderId} would be ${one.outcome}`,
          ),
        ),
    ];
  },
  kinds: {
    'try to cancel many': {
      often: 1,
      draw: (draw) => ({
        type: 'try to cancel many',
        orderIds: [draw.orderId, ...draw.orderIds()],
      }),
    },
  },
} as const satisfies DeedType<TryMany>;

export const messages = {
  type: 'message',
  work: ({ orderIds, graceSeconds, onlyIf }) =>
    orderIds.map((one) => ({
      orderId: one,
      ...(graceSeconds !== undefined && { graceSeconds }),
      ...(onlyIf && { onlyIf }),
    })),
  kinds: {
    'cancel by queue': {
      often: 2,
      draw: ({ happens, id, ...draw }) => ({
        type: 'message',
        orderIds: [draw.orderId, ...draw.orderIds()],
        ...(happens(0.2, `${id}/grace`) && { graceSeconds: 5 }),
        ...(happens(0.1, `${id}/only if`) && { onlyIf: 'pending' }),
      }),
      small: { type: 'message', orderIds: [orderId] },
    },
  },
} as const satisfies DeedType<Message>;
