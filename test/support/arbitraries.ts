/** Arbitrary orders, products, movements and batches, with and without each optional attribute. */
import fc, { type Arbitrary } from 'fast-check';
import { CALL_OFF_SCOPES, type StartedCallOff } from '../../lib/domain/call-off.ts';
import type { CancellationBatch } from '../../lib/domain/cancellation-batch.ts';
import {
  CANCELLATION_REASONS,
  type KeyUse,
  type Order,
  type OrderLine,
} from '../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../lib/domain/order-status.ts';
import type { Product } from '../../lib/domain/product.ts';
import { MOVEMENT_TYPES, type StockMovement } from '../../lib/domain/stock-movement.ts';

/** An arbitrary for every attribute of a type, optional ones included. */
type Arbitraries<T> = { readonly [Name in keyof T]-?: Arbitrary<Exclude<T[Name], undefined>> };

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const time = fc
  .date({
    min: new Date('2000-01-01T00:00:00.000Z'),
    max: new Date('2100-01-01T00:00:00.000Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const units = fc.nat();
const difference = fc.maxSafeInteger();

const someLine: Arbitrary<OrderLine> = fc.record({
  productId: text,
  quantity: units,
  reservedQuantity: units,
  shippedQuantity: units,
  cancelledQuantity: units,
  returnedQuantity: units,
});

const someKeyUse: Arbitrary<KeyUse> = fc.record(
  {
    cause: units,
    asked: text,
    gone: fc.array(text, { maxLength: 2 }),
  } satisfies Arbitraries<KeyUse>,
  { requiredKeys: ['cause', 'asked'] },
);

/** DynamoDB takes no empty name, and over HTTP nobody can send `__proto__`. */
const someMetadata = fc.dictionary(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((name) => name !== '__proto__'),
  text,
  { maxKeys: 3 },
);

export const someOrder: Arbitrary<Order> = fc.record(
  {
    id: text,
    status: fc.constantFrom(...ORDER_STATUSES),
    statusSince: time,
    items: fc.array(someLine, { maxLength: 4 }),
    version: units,
    round: units,
    roundSince: time,
    writeId: text,
    movementReferences: fc.array(text, { maxLength: 4 }),
    placing: fc.constant(true as const),
    importedAt: time,
    importing: fc.constant(true as const),
    givenUp: fc.constant(true as const),
    restock: fc.constant(false as const),
    restoredQuantities: fc.array(units, { maxLength: 4 }),
    keyUses: fc.array(someKeyUse, { maxLength: 2 }),
    expiresAt: time,
    releaseAt: time,
    reinstating: fc.constantFrom('reserving' as const, 'giving_up' as const),
    cancelledAt: time,
    cancellationReason: fc.constantFrom(...CANCELLATION_REASONS),
    cancellationNote: text,
    cancelledBy: text,
    cancelledByStated: text,
    cancelledFrom: fc.constantFrom(...ORDER_STATUSES),
    cancelledByPart: fc.array(units, { maxLength: 4 }),
    shippedInPart: fc.constant(true as const),
    notRestocked: fc.array(units, { maxLength: 4 }),
    lock: fc.record(
      { by: text, byStated: text, since: time, reason: text },
      { requiredKeys: ['since'] },
    ),
    correlationId: fc.string(),
    metadata: someMetadata,
    createdAt: time,
    updatedAt: time,
  } satisfies Arbitraries<Order>,
  {
    requiredKeys: [
      'id',
      'status',
      'statusSince',
      'items',
      'version',
      'round',
      'movementReferences',
      'createdAt',
      'updatedAt',
    ],
  },
);

export const someProduct: Arbitrary<Product> = fc.record(
  {
    id: text,
    name: text,
    stockQuantity: units,
    reservedQuantity: units,
    availableQuantity: units,
    movementCount: units,
    closed: fc.constant(true as const),
    closing: text,
    metadata: someMetadata,
    openedAs: text,
    lastCount: fc.record({ referenceId: text, stockQuantity: units }),
    repaired: fc.record({
      at: time,
      stockQuantity: units,
      reservedQuantity: units,
      availableQuantity: units,
      movementCount: units,
    }),
    importedAt: time,
    deletedAt: time,
    createdAt: time,
    updatedAt: time,
  } satisfies Arbitraries<Product>,
  {
    requiredKeys: [
      'id',
      'name',
      'stockQuantity',
      'reservedQuantity',
      'availableQuantity',
      'movementCount',
      'createdAt',
      'updatedAt',
    ],
  },
);

export const someMovement: Arbitrary<StockMovement> = fc.record(
  {
    referenceId: text,
    entry: text,
    productId: text,
    orderId: text,
    movementType: fc.constantFrom(...MOVEMENT_TYPES),
    quantity: difference,
    stockDelta: difference,
    reservedDelta: difference,
    reason: text,
    note: text,
    actor: text,
    actorStated: text,
    countedQuantity: units,
    createdAt: time,
  } satisfies Arbitraries<StockMovement>,
  {
    requiredKeys: [
      'referenceId',
      'entry',
      'productId',
      'movementType',
      'quantity',
      'stockDelta',
      'reservedDelta',
      'createdAt',
    ],
  },
);

const someCallOff = fc.record(
  {
    productId: text,
    scope: fc.constantFrom(...CALL_OFF_SCOPES),
    reason: text,
    note: text,
    restock: fc.boolean(),
    upTo: units,
    productCreatedAt: time,
    closing: text,
  } satisfies Arbitraries<StartedCallOff>,
  { requiredKeys: ['productId', 'scope', 'productCreatedAt'] },
);

export const someBatch: Arbitrary<CancellationBatch> = fc.record(
  {
    id: text,
    orderIds: fc.array(text, { maxLength: 4 }),
    callOff: someCallOff,
    accepted: units,
    taken: fc.record({ units, orders: units }),
    isOver: fc.constant(true),
    walked: fc.record({
      partition: text,
      until: time,
      key: fc.array(text, { maxLength: 2 }),
      refused: fc.array(fc.record({ orderId: text, held: units }), { maxLength: 2 }),
    }),
    createdAt: time,
    expiresAt: units,
  } satisfies Arbitraries<CancellationBatch>,
  { requiredKeys: ['id', 'orderIds', 'createdAt', 'expiresAt'] },
);
