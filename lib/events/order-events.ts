/** Which difference between two versions of an order is which event. */
import type { Order } from '../domain/order.ts';
import { type OrderStatus, rulesOf } from '../domain/order-status.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';

/** An order before and after one commit; without `before`, the commit created it. */
export type OrderChange = { readonly before?: Order | undefined; readonly after: Order };

/**
 * What makes a change an event of this type:
 *
 * - `summary`: what has happened, in one sentence, for the documents.
 * - `happened`: whether it has.
 * - `movesStock`: whether the event has a cause, whose movements are in the ledger.
 * - `takesUnits`: whether units leave the order.
 */
type OrderEventRule = {
  readonly summary: string;
  readonly happened: (change: OrderChange) => boolean;
  readonly movesStock: boolean;
  readonly takesUnits: boolean;
};

/** An order that is being placed holds only a part of its units; one that was given up never did. */
const isPlaced = (order: Order | undefined): order is Order =>
  order !== undefined && !order.placing && !order.givenUp;

/** An order that was given up is no cancelled one for anybody outside: it was never placed. */
const cameTo =
  (status: OrderStatus) =>
  ({ before, after }: OrderChange): boolean =>
    before !== undefined && before.status !== status && after.status === status && isPlaced(after);

const keepsItsUnits = (order: Order): boolean => rulesOf(order.status).units === 'kept';

const cancelledUnits = (order: Order): number =>
  order.items.reduce((total, line) => total + line.cancelledQuantity, 0);

/**
 * The one table from differences to events. The first rule that is met gives the event, so a version
 * has at most one. A new type of event is a new row here.
 *
 * A large order changes step by step. Its placement is an event when the last step is done, because
 * only then it holds everything. Its cancellation or shipment is one at the decisive step; the steps
 * that catch up change neither the status nor anything else that is asked for here.
 */
export const ORDER_EVENTS = {
  'order.placed': {
    summary: 'An order is placed: it holds all its units',
    happened: ({ before, after }) => !isPlaced(before) && isPlaced(after) && keepsItsUnits(after),
    movesStock: true,
    takesUnits: false,
  },
  'order.confirmed': {
    summary: 'The shop has confirmed an order',
    happened: cameTo('confirmed'),
    movesStock: false,
    takesUnits: false,
  },
  'order.shipped': {
    summary: 'An order has left the building',
    happened: cameTo('shipped'),
    movesStock: true,
    takesUnits: true,
  },
  'order.delivered': {
    summary: 'An order has reached its customer',
    happened: cameTo('delivered'),
    movesStock: false,
    takesUnits: false,
  },
  'order.expired': {
    summary: 'An order is cancelled because it was not confirmed in time',
    happened: (change) =>
      cameTo('cancelled')(change) && change.after.cancellationReason === 'expired',
    movesStock: true,
    takesUnits: true,
  },
  'order.cancelled': {
    summary: 'An order is cancelled, or the last units of it',
    happened: cameTo('cancelled'),
    movesStock: true,
    takesUnits: true,
  },
  'order.partially_cancelled': {
    summary: 'Some units of an order are cancelled; the order stays',
    happened: ({ before, after }) =>
      isPlaced(before) && keepsItsUnits(after) && cancelledUnits(after) > cancelledUnits(before),
    movesStock: true,
    takesUnits: true,
  },
} as const satisfies Record<string, OrderEventRule>;

export type OrderEventType = keyof typeof ORDER_EVENTS;

const TYPES = Object.keys(ORDER_EVENTS) as OrderEventType[];

/** What has happened to an order; undefined if it is nothing that others need to know. */
export const orderEventType = (change: OrderChange): OrderEventType | undefined => {
  const { before, after } = change;
  // A row that somebody has touched past the code is no new version.
  if (before && after.version <= before.version) return undefined;
  return TYPES.find((type) => ORDER_EVENTS[type].happened(change));
};

/** The cause whose movements the change has recorded: the newest that the order knows. */
export const causeOf = ({ after }: OrderChange): string =>
  after.movementReferences.at(-1) ?? references.placement(after);

/**
 * The units that leave the order. For a large order these are also those that its later steps
 * release: that they leave is decided now, and the later steps give no events.
 */
export const unitsTaken = ({ before, after }: OrderChange): ProductQuantity[] => {
  const left = new Map(after.items.map((line) => [line.productId, line.reservedQuantity]));
  const keeps = keepsItsUnits(after);
  return (before?.items ?? [])
    .map(({ productId, reservedQuantity }) => ({
      productId,
      quantity: reservedQuantity - (keeps ? (left.get(productId) ?? 0) : 0),
    }))
    .filter(({ quantity }) => quantity > 0);
};
