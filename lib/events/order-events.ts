/** Which difference between two versions of an order is which event. */
import { isImporting, type Order, type OrderLine } from '../domain/order.ts';
import { type OrderStatus, rulesOf } from '../domain/order-status.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';

/** An order before and after one commit; without `before`, the commit created it. */
export type OrderChange = { readonly before?: Order | undefined; readonly after: Order };

/**
 * What makes a change an event of this type, and what the event says in addition to the order:
 *
 * - `summary`: what has happened, in one sentence, for the documents.
 * - `happened`: whether it has.
 * - `cause`: the name of the movements that belong to it; absent if it moves no stock.
 * - `units`: which units it is about; absent if it is about the order as such.
 */
type OrderEventRule = {
  readonly summary: string;
  readonly happened: (change: OrderChange) => boolean;
  readonly cause?: (change: OrderChange) => string;
  readonly units?: (change: OrderChange) => ProductQuantity[];
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

type Count = Exclude<keyof OrderLine, 'productId'>;

/** By how much a count of an order's lines has grown, line by line; of those that have. */
const growthOf = (count: Count, { before, after }: OrderChange): ProductQuantity[] =>
  after.items
    .map((line, index) => ({
      productId: line.productId,
      quantity: line[count] - (before?.items[index]?.[count] ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);

const hasGrown = (count: Count, change: OrderChange): boolean => growthOf(count, change).length > 0;

/**
 * The cause that the change has added to those of the order. A cancellation with a grace adds none
 * yet: its cause is known all the same.
 */
const newCauseOr =
  (known: (order: Order) => string) =>
  ({ before, after }: OrderChange): string =>
    after.movementReferences[before?.movementReferences.length ?? 0] ?? known(after);

/**
 * The units that leave the order. For a large order these are also those that its later steps
 * release: that they leave is decided now, and the later steps give no events.
 */
const unitsTaken = ({ before, after }: OrderChange): ProductQuantity[] =>
  (before?.items ?? [])
    .map(({ productId, reservedQuantity }, index) => ({
      productId,
      quantity:
        reservedQuantity - (keepsItsUnits(after) ? (after.items[index]?.reservedQuantity ?? 0) : 0),
    }))
    .filter(({ quantity }) => quantity > 0);

/**
 * The one table from differences to events. The first rule that is met gives the event, so a version
 * has at most one. A new type of event is a new row here.
 *
 * A large order changes step by step. Its placement and its reinstatement are events when the last
 * step is done, because only then it holds everything. Its cancellation or shipment is one at the
 * decisive step; the steps that catch up change neither the status nor anything else that is asked
 * for here.
 */
export const ORDER_EVENTS = {
  'order.placed': {
    summary: 'An order is placed: it holds all its units',
    happened: ({ before, after }) => !isPlaced(before) && isPlaced(after) && keepsItsUnits(after),
    cause: ({ after }) => references.placement(after),
  },
  'order.reinstated': {
    summary: 'The cancellation of an order is taken back: it holds its units again',
    happened: ({ before, after }) => before?.status === 'cancelled' && keepsItsUnits(after),
    cause: ({ after }) => references.placement(after),
  },
  'order.confirmed': {
    summary: 'The shop has confirmed an order',
    happened: cameTo('confirmed'),
  },
  'order.partially_cancelled': {
    summary: 'Some units of an order are cancelled; the order is not',
    // Cancelling the rest of an order that was shipped in part takes it to shipped.
    happened: (change) =>
      isPlaced(change.before) &&
      change.after.status !== 'cancelled' &&
      hasGrown('cancelledQuantity', change),
    cause: newCauseOr(references.cancellation),
    units: unitsTaken,
  },
  'order.shipped': {
    summary: 'An order has left the building, or the last units of it',
    happened: cameTo('shipped'),
    cause: newCauseOr(references.shipment),
    units: unitsTaken,
  },
  'order.partially_shipped': {
    summary: 'Some units of an order have left the building; it still holds others',
    happened: (change) =>
      isPlaced(change.before) && keepsItsUnits(change.after) && hasGrown('shippedQuantity', change),
    cause: newCauseOr(references.shipment),
    units: unitsTaken,
  },
  'order.delivered': {
    summary: 'An order has reached its customer',
    happened: cameTo('delivered'),
  },
  'order.returned': {
    summary: 'Shipped units of an order have come back',
    happened: (change) => hasGrown('returnedQuantity', change),
    cause: newCauseOr(references.shipment),
    units: (change) => growthOf('returnedQuantity', change),
  },
  'order.expired': {
    summary: 'An order is cancelled because it was not confirmed in time',
    happened: (change) =>
      cameTo('cancelled')(change) && change.after.cancellationReason === 'expired',
    cause: newCauseOr(references.cancellation),
    units: unitsTaken,
  },
  'order.cancelled': {
    summary: 'An order is cancelled, or the last units of it',
    happened: cameTo('cancelled'),
    cause: newCauseOr(references.cancellation),
    units: unitsTaken,
  },
} as const satisfies Record<string, OrderEventRule>;

export type OrderEventType = keyof typeof ORDER_EVENTS;

const TYPES = Object.keys(ORDER_EVENTS) as OrderEventType[];

export const ruleOf = (type: OrderEventType): OrderEventRule => ORDER_EVENTS[type];

/**
 * What an import brings in happened in another shop, which has told of it: to refund its
 * cancellations again, or to write to its customers, would be wrong.
 */
const comesIn = ({ before, after }: OrderChange): boolean =>
  isImporting(before ?? after) || (before === undefined && after.importedAt !== undefined);

/** What has happened to an order; undefined if it is nothing that others need to know. */
export const orderEventType = (change: OrderChange): OrderEventType | undefined => {
  if (comesIn(change)) return undefined;
  const { before, after } = change;
  // A row that somebody has touched past the code is no new version.
  if (before && after.version <= before.version) return undefined;
  return TYPES.find((type) => ruleOf(type).happened(change));
};
