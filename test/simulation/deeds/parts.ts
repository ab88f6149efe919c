/** What is done to some units of an order, once for a key. */
import type { OrderRow } from '../laws.ts';
import type { Moment, Written } from '../truth.ts';
import {
  claim,
  type DeedType,
  type Draw,
  hasSameUnits,
  isInHouse,
  isShown,
  lineOf,
  SMALL,
  type Told,
  type Units,
  unexpected,
} from './deed.ts';

type Asked = {
  readonly orderId: string;
  readonly items: readonly Units[];
  readonly key: string;
};

type Line = OrderRow['items'][number];

type Part = {
  /** How its causes are named. */
  readonly cause: 'cancellation' | 'shipment' | 'return';
  /** What it adds to. */
  readonly counter: 'cancelledQuantity' | 'shippedQuantity' | 'returnedQuantity';
  /** How many units there are of a line for it. */
  readonly unitsOf: (line: Line, row: OrderRow) => number;
  /** The code with which an order refuses it. */
  readonly whyNot: (row: OrderRow) => string | undefined;
};

/** The cause of this key, of whatever round. */
export const causeOf = (
  row: OrderRow | undefined,
  cause: Part['cause'],
  key: string,
): string | undefined =>
  row?.movementReferences.find((reference) =>
    new RegExp(`^order_${row.id}(~\\d+)?_${cause}_${key}$`).test(reference),
  );

const judge = (told: Told<Asked & { readonly restock?: boolean }>, part: Part): string[] => {
  const { deed, status, code, body, once, did, order, product, truth } = told;
  const { orderId, key, items, restock } = deed;
  const has = (row: unknown): boolean =>
    causeOf(row as OrderRow | undefined, part.cause, key) !== undefined;
  const isFirst = ({ before, after }: Written): boolean => has(after) && !has(before);
  const done = did('orders', orderId, isFirst);
  /** Whether the key was used for the same units. */
  const isSameUse = (at: Moment): boolean => {
    const first = truth.deeds('orders', orderId, 0, at).findLast(isFirst);
    if (!first) return false;
    const [was, is] = [first.before as OrderRow, first.after as OrderRow];
    const cause = causeOf(is, part.cause, key) ?? '';
    const isRestocked = truth.recorded(cause, first.at, first.at).length > 0;
    // A product that is gone takes nothing back, so the ledger does not tell what was asked.
    const isGone = items.every(({ productId }) => !product(productId, first.at));
    return (
      hasSameUnits(items, movedBetween(was, is, part)) &&
      (part.cause !== 'return' || isGone || isRestocked === (restock !== false))
    );
  };
  const isUsed = (at: Moment): boolean => has(order(orderId, at)) && isSameUse(at);
  const refused = (holds: (row: OrderRow, at: Moment) => unknown, what: string): string[] =>
    claim(
      once((at) => {
        const row = order(orderId, at);
        return row && holds(row, at);
      }) && !done,
      what,
    );
  switch (`${status} ${code}`) {
    case '200 ':
      if (body.outcome === 'cancelled') {
        return claim(done && once(isUsed), 'this call has cancelled the units');
      }
      return [
        ...claim(once(isUsed), 'the key was used for these units'),
        ...(body.outcome === undefined
          ? isShown('orders', body, told)
          : claim(!done, 'another call with this key has cancelled them')),
      ];
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !done, 'there is no such order');
    case '404 line_not_found':
      return refused(
        (row) => items.some(({ productId }) => !lineOf(row, productId)),
        'the order has no such line',
      );
    case '409 quantity_exceeded':
      return refused((row) => {
        if (has(row)) return false;
        return items.some(({ productId, quantity }) => {
          const line = lineOf(row, productId);
          return line && quantity > part.unitsOf(line, row);
        });
      }, 'it does not have that many');
    case '409 reference_reused':
      return refused(
        (row, at) => has(row) && !isSameUse(at),
        'the key was used for something else',
      );
    case '409 order_locked':
    case '409 order_not_cancellable':
    case '409 invalid_transition':
      return refused((row) => part.whyNot(row) === code, `it is ${code}`);
    default:
      return unexpected(told);
  }
};

const movedBetween = (was: OrderRow, is: OrderRow, { counter }: Part): Units[] =>
  is.items
    .map((line) => ({
      productId: line.productId,
      quantity: line[counter] - (lineOf(was, line.productId)?.[counter] ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);

const drawPart = ({ id, happens, between, ...draw }: Draw): Asked => ({
  orderId: draw.orderId,
  items: (happens(0.1, `${id}/others`) ? draw.items() : draw.partOf(draw.orderId)).map(
    (line, at) => ({ ...line, quantity: between(1, 2, `${id}/part${at}`) }),
  ),
  key: draw.key(),
});

const SMALL_PART = { orderId: SMALL.orderId, items: SMALL.part, key: 'k1' } as const;

type CancelPart = Asked & { readonly type: 'cancel in part' };

export const cancellingParts = {
  type: 'cancel in part',
  request: ({ orderId, items, key }) => ({
    to: 'cancelOrder',
    path: { orderId },
    headers: { 'idempotency-key': key },
    json: { items, reason: 'customer' },
  }),
  lies: (told) =>
    judge(told, {
      cause: 'cancellation',
      counter: 'cancelledQuantity',
      unitsOf: ({ reservedQuantity }, { status }) =>
        status === 'cancelled' ? 0 : reservedQuantity,
      whyNot: (row) => {
        if (isInHouse(row) && row.lock) return 'order_locked';
        const isTooLate = row.status === 'shipped' || row.status === 'delivered';
        return isTooLate || row.placing ? 'order_not_cancellable' : undefined;
      },
    }),
  kinds: {
    'cancel in part': {
      often: 3,
      draw: (draw) => ({ type: 'cancel in part', ...drawPart(draw) }),
      small: { type: 'cancel in part', ...SMALL_PART },
    },
  },
} as const satisfies DeedType<CancelPart>;

type PartMessage = Asked & { readonly type: 'part by queue' };

export const partsByQueue = {
  type: 'part by queue',
  work: ({ orderId, items, key }) => [{ orderId, items, idempotencyKey: key, reason: 'customer' }],
  kinds: {
    'part by queue': {
      often: 1,
      draw: (draw) => ({ type: 'part by queue', ...drawPart(draw) }),
      small: { type: 'part by queue', ...SMALL_PART },
      meets: {
        begins: ['confirmed', 'locked', 'grace'],
        others: ['part by queue', 'cancel in part', 'ship'],
      },
    },
  },
} as const satisfies DeedType<PartMessage>;

type ShipPart = Asked & { readonly type: 'ship in part' };

export const shippingParts = {
  type: 'ship in part',
  request: ({ orderId, items, key }) => ({
    to: 'shipOrder',
    path: { orderId },
    headers: { 'idempotency-key': key },
    json: { items },
  }),
  lies: (told) =>
    judge(told, {
      cause: 'shipment',
      counter: 'shippedQuantity',
      unitsOf: ({ reservedQuantity }) => reservedQuantity,
      whyNot: ({ status, placing }) =>
        status !== 'confirmed' || placing ? 'invalid_transition' : undefined,
    }),
  kinds: {
    'ship in part': {
      often: 6,
      draw: (draw) => ({ type: 'ship in part', ...drawPart(draw) }),
      small: { type: 'ship in part', ...SMALL_PART },
      meets: {
        begins: ['confirmed', 'locked'],
        others: ['ship in part', 'cancel in part', 'ship'],
      },
    },
  },
} as const satisfies DeedType<ShipPart>;

type Return = Asked & { readonly type: 'return'; readonly restock: boolean };

export const returning = {
  type: 'return',
  request: ({ orderId, items, key, restock }) => ({
    to: 'returnOrder',
    path: { orderId },
    headers: { 'idempotency-key': key },
    json: { items, restock },
  }),
  lies: (told) =>
    judge(told, {
      cause: 'return',
      counter: 'returnedQuantity',
      unitsOf: ({ shippedQuantity, returnedQuantity }) => shippedQuantity - returnedQuantity,
      whyNot: () => undefined,
    }),
  kinds: {
    return: {
      often: 8,
      draw: (draw) => ({
        type: 'return',
        ...drawPart(draw),
        restock: draw.happens(0.6, `${draw.id}/restock`),
      }),
      small: { type: 'return', ...SMALL_PART, restock: true },
      meets: { begins: ['confirmed', 'shipped'], others: ['return', 'ship', 'return as lost'] },
    },
    'return as lost': {
      often: 0,
      draw: (draw) => ({ type: 'return', ...drawPart(draw), restock: false }),
      // Together with the other return, more than was shipped.
      small: { type: 'return', ...SMALL_PART, items: SMALL.items, key: 'k2', restock: false },
      meets: { begins: ['shipped'], others: ['return as lost'] },
    },
  },
} as const satisfies DeedType<Return>;
