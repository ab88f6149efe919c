/** What callers see of orders, products and movements: the schemas, and the conversion to them. */
import * as z from 'zod/mini';
import type { BatchProgress } from '../domain/cancellation-batch.ts';
import type { Lock, Order, OrderLine } from '../domain/order.ts';
import { ORDER_STATUSES } from '../domain/order-status.ts';
import type { Product } from '../domain/product.ts';
import {
  MOVEMENT_TYPES,
  type ProductQuantity,
  type StockMovement,
} from '../domain/stock-movement.ts';
import type { CallOffPreview } from '../use-cases/call-off/preview-call-off.ts';
import type { Holder } from '../use-cases/holders.ts';
import type { OrderPreview } from '../use-cases/preview-batch.ts';

/** Attributes of an order that callers do not see. */
const INTERNAL_TO_ORDERS = [
  'movementReferences',
  'placing',
  'importedAt',
  'importing',
  'givenUp',
  'restoredQuantities',
  'keyUses',
  'round',
  'roundSince',
  'cancelledFrom',
  'cancelledByPart',
  'shippedInPart',
  'notRestocked',
  'reinstating',
  'correlationId',
  'writeId',
] as const satisfies readonly (keyof Order)[];
/** Attributes of a product that callers do not see. */
const INTERNAL_TO_PRODUCTS = [
  'movementCount',
  'closing',
  'openedAs',
  'lastCount',
  'repaired',
  'importedAt',
  'deletedAt',
] as const satisfies readonly (keyof Product)[];
const INTERNAL_TO_MOVEMENTS = [
  'countedQuantity',
] as const satisfies readonly (keyof StockMovement)[];

/**
 * A schema for each attribute that callers see. With `satisfies`, an attribute that is missing,
 * unknown or of another type than in the domain does not compile. The types of the functions below
 * ensure that every value of the domain fits its schema.
 */
type Shape<Type, Internal = never> = {
  readonly [Name in Exclude<keyof Type, Internal>]: z.ZodMiniType<Type[Name]>;
};

const id = z.string();
/** ISO 8601, UTC, with milliseconds. */
export const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const units = z.int();
const metadata = z.record(z.string(), z.string());

export const OrderLineResource = z.strictObject({
  productId: id,
  quantity: units,
  reservedQuantity: units,
  shippedQuantity: units,
  cancelledQuantity: units,
  returnedQuantity: units,
} satisfies Shape<OrderLine>);

export const LockResource = z.strictObject({
  by: z.optional(z.string()),
  byStated: z.optional(z.string()),
  since: time,
  reason: z.optional(z.string()),
} satisfies Shape<Lock>);

export const OrderResource = z.strictObject({
  id,
  status: z.enum(ORDER_STATUSES),
  statusSince: time,
  items: z.array(OrderLineResource).check(z.describe('The lines, one for each product.')),
  version: z.int(),
  restock: z.optional(z.literal(false)),
  expiresAt: z.optional(time),
  releaseAt: z.optional(time),
  cancelledAt: z.optional(time),
  cancellationReason: z.optional(z.string()),
  cancellationNote: z.optional(z.string()),
  cancelledBy: z.optional(z.string()),
  cancelledByStated: z.optional(z.string()),
  lock: z.optional(LockResource),
  metadata: z.optional(metadata),
  createdAt: time,
  updatedAt: time,
} satisfies Shape<Order, (typeof INTERNAL_TO_ORDERS)[number]>);

export const ProductResource = z.strictObject({
  id,
  name: z.string(),
  stockQuantity: units,
  reservedQuantity: units,
  availableQuantity: units,
  closed: z.optional(z.literal(true)),
  metadata: z.optional(metadata),
  createdAt: time,
  updatedAt: time,
} satisfies Shape<Product, (typeof INTERNAL_TO_PRODUCTS)[number]>);

export const StockMovementResource = z.strictObject({
  referenceId: z.string(),
  entry: z.string(),
  productId: id,
  orderId: z.optional(id),
  movementType: z.enum(MOVEMENT_TYPES),
  quantity: units,
  stockDelta: units,
  reservedDelta: units,
  reason: z.optional(z.string()),
  note: z.optional(z.string()),
  actor: z.optional(z.string()),
  actorStated: z.optional(z.string()),
  createdAt: time,
} satisfies Shape<StockMovement, (typeof INTERNAL_TO_MOVEMENTS)[number]>);

/** An order that holds units of a product. */
export const HolderResource = z.strictObject({
  orderId: id,
  status: z.enum(ORDER_STATUSES),
  reservedQuantity: units,
} satisfies Shape<Holder>);

/** Which adjustment or count of many it was. */
const namesOfEntry = { productId: id, referenceId: z.string() };

/** What became of it. */
export const StockEntryResource = z.union([
  z.strictObject({
    ...namesOfEntry,
    outcome: z.enum(['adjusted', 'already_adjusted', 'counted', 'already_counted']),
    movement: z.optional(StockMovementResource),
  }),
  z.strictObject({
    ...namesOfEntry,
    code: z.literal('insufficient_stock'),
    shortages: z.array(z.strictObject({ productId: id, requested: units, available: units })),
  }),
  z.strictObject({
    ...namesOfEntry,
    code: z.enum([
      'product_not_found',
      'stock_changed',
      'reference_reused',
      'try_again',
      'internal_error',
    ]),
  }),
]);

/** Units of one product that went back on the shelf. */
export const RestoredResource = z.strictObject({
  productId: id,
  quantity: units,
} satisfies Shape<ProductQuantity>);

/** What would become of an order. */
export const OrderPreviewResource = z.strictObject({
  orderId: id,
  outcome: z.enum([
    'cancelled',
    'already_cancelled',
    'order_not_found',
    'order_not_cancellable',
    'order_locked',
    'try_again',
  ]),
} satisfies Shape<OrderPreview>);

/** What a call-off would do. */
export const CallOffPreviewResource = z.strictObject({
  complete: z.boolean(),
  results: z.array(OrderPreviewResource),
  restored: z.array(RestoredResource),
  transactions: units,
  writeUnits: units,
} satisfies Shape<CallOffPreview>);

/** The progress of a batch of cancellations. */
export const BatchResource = z.strictObject({
  batchId: id,
  total: units,
  cancelled: units,
  pending: units,
  rejected: z.array(
    z.strictObject({
      orderId: id,
      code: z.enum(['order_not_found', 'order_not_cancellable', 'order_locked']),
    } satisfies Shape<BatchProgress['rejected'][number]>),
  ),
  furtherRejected: z.optional(
    units.check(z.describe('Rejected orders that are not listed, beyond 1,000.')),
  ),
  upTo: z.optional(units),
  takenQuantity: z.optional(
    units.check(z.describe('Units that a call-off with `upTo` has taken so far.')),
  ),
} satisfies Shape<BatchProgress>);

/** One page of a list. */
export const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: z.optional(z.string()) });

/** Read-only at every depth, because answers are only serialized. */
type Sent<Type> = Type extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : Type extends object
    ? { readonly [Name in keyof Type]: Sent<Type[Name]> }
    : Type;

const without = <Type extends object, Internal extends keyof Type>(
  value: Type,
  internal: readonly Internal[],
): Omit<Type, Internal> =>
  Object.fromEntries(
    Object.entries(value).filter(([name]) => !(internal as readonly string[]).includes(name)),
  ) as Omit<Type, Internal>;

/** An order as callers see it. */
export const orderResource = (order: Order): Sent<z.output<typeof OrderResource>> =>
  without(order, INTERNAL_TO_ORDERS);

/** A product as callers see it. */
export const productResource = (product: Product): Sent<z.output<typeof ProductResource>> =>
  without(product, INTERNAL_TO_PRODUCTS);

/** An entry of the ledger as callers see it. */
export const movementResource = (
  movement: StockMovement,
): Sent<z.output<typeof StockMovementResource>> => without(movement, INTERNAL_TO_MOVEMENTS);

/** The progress of a batch, as callers see it. */
export const batchResource = (progress: BatchProgress): Sent<z.output<typeof BatchResource>> =>
  progress;
