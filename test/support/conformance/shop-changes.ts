/** Random changes of a shop, most of which meet the rows that they need. */
import fc, { type Arbitrary } from 'fast-check';
import type { Change } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { Product } from '../../../lib/domain/product.ts';
import { MOVEMENT_TYPES, type StockMovement } from '../../../lib/domain/stock-movement.ts';
import { someBatch, someMovement, someOrder, someProduct } from '../arbitraries.ts';
import { TABLES } from '../builders.ts';
import type { FakeDynamoDB, Row } from '../fake-dynamodb.ts';

export const ORDERS = ['ada', 'ben', 'cleo'];
export const PRODUCTS = ['tea', 'mug'];
export const CAUSES = ['order_ada', 'stocktaking'];
export const BATCHES = ['monday', 'tuesday'];

/** Few times, so that rows share one: an index has them in an arbitrary sequence. */
export const someTime = fc.constantFrom(
  '2026-03-01T08:00:00.000Z',
  '2026-03-01T08:00:00.001Z',
  '2026-03-02T12:00:00.000Z',
);

const orderId = fc.constantFrom(...ORDERS);
const productId = fc.constantFrom(...PRODUCTS);
/** Few names, so that call-offs meet in one closing. */
const closing = fc.constantFrom('monday', 'tuesday');
const delta = fc.integer({ min: -2, max: 3 });
const count = fc.integer({ min: 0, max: 2 });

/** Now and then a text that takes a third of a page of 1 MB. */
const note = fc.oneof(
  { weight: 40, arbitrary: fc.string({ unit: 'grapheme', maxLength: 9 }) },
  fc.constant('ä'.repeat(170_000)),
);

const order: Arbitrary<Order> = fc
  .record({
    some: someOrder,
    id: orderId,
    statusSince: someTime,
    createdAt: someTime,
    updatedAt: someTime,
    version: count,
  })
  .map(({ some, ...own }) => ({ ...some, ...own }));

const product: Arbitrary<Product> = fc
  .record({ some: someProduct, id: productId, units: fc.integer({ min: 0, max: 9 }), count })
  .map(
    ({
      some: { deletedAt: _, closed: __, closing: ___, ...some },
      id,
      units,
      count: movementCount,
    }) => ({
      ...some,
      id,
      stockQuantity: units,
      reservedQuantity: 0,
      availableQuantity: units,
      movementCount,
    }),
  );

const movement: Arbitrary<StockMovement> = fc
  .record({
    some: someMovement,
    referenceId: fc.constantFrom(...CAUSES),
    productId,
    movementType: fc.constantFrom(...MOVEMENT_TYPES),
    createdAt: someTime,
    note,
  })
  .map(({ some, ...own }) => ({
    ...some,
    ...own,
    entry: `${own.movementType}#${own.productId}`,
  }));

/** A change of each type. TypeScript misses one that is forgotten. */
const CHANGES: { readonly [Type in Change['type']]: Arbitrary<Extract<Change, { type: Type }>> } = {
  'create-order': order.map((one) => ({ type: 'create-order', order: one })),
  'update-order': order.map((one) => ({ type: 'update-order', order: one })),
  'require-order': order.map((one) => ({ type: 'require-order', order: one })),
  'delete-order': order.map((one) => ({ type: 'delete-order', order: one })),
  'create-product': product.map((one) => ({ type: 'create-product', product: one })),
  'move-stock': fc
    .record({
      productId,
      stockDelta: delta,
      reservedDelta: delta,
      movements: count,
      expected: fc.option(
        fc.record({ stockQuantity: count, reservedQuantity: count }, { requiredKeys: [] }),
        { nil: undefined },
      ),
      calledOff: fc.option(
        fc.record({ productCreatedAt: someTime, closing }, { requiredKeys: ['productCreatedAt'] }),
        { nil: undefined },
      ),
      at: someTime,
    })
    .map(({ expected, calledOff, ...rest }) => ({
      type: 'move-stock',
      ...rest,
      ...(expected && { expected }),
      ...(calledOff && { calledOff }),
    })),
  'close-product': fc
    .record({ productId, createdAt: someTime, closing, at: someTime })
    .map((rest) => ({ type: 'close-product', ...rest })),
  'update-product': fc
    .record(
      {
        productId,
        name: fc.constantFrom('Tea', 'Mug'),
        metadata: fc.constantFrom({}, { shelf: 'a1' }),
        closed: fc.boolean(),
        at: someTime,
      },
      { requiredKeys: ['productId', 'at'] },
    )
    .map((rest) => ({ type: 'update-product', ...rest })),
  'confirm-stock': fc
    .record({
      productId,
      referenceId: fc.constantFrom(...CAUSES),
      stockQuantity: count,
      at: someTime,
    })
    .map(({ productId: id, at, ...counted }) => ({
      type: 'confirm-stock',
      productId: id,
      count: counted,
      at,
    })),
  'require-no-product': productId.map((id) => ({ type: 'require-no-product', productId: id })),
  'retire-product': fc
    .record({ productId, at: someTime })
    .map((rest) => ({ type: 'retire-product', ...rest })),
  'delete-product': fc
    .record({ productId, at: someTime })
    .map((rest) => ({ type: 'delete-product', ...rest })),
  'mend-product': fc
    .record({
      asRead: product,
      counters: fc.record({
        stockQuantity: count,
        reservedQuantity: fc.constant(0),
        movementCount: count,
      }),
      at: someTime,
    })
    .map((rest) => ({ type: 'mend-product', productId: rest.asRead.id, ...rest })),
  'uncount-movements': fc
    .record({ productId, movements: fc.integer({ min: 1, max: 2 }) })
    .map((rest) => ({ type: 'uncount-movements', ...rest })),
  'record-movement': movement.map((one) => ({ type: 'record-movement', movement: one })),
  'require-movement': movement.map((one) => ({ type: 'require-movement', movement: one })),
  'delete-movement': movement.map((one) => ({ type: 'delete-movement', movement: one })),
  'record-batch': fc
    .record({ some: someBatch, id: fc.constantFrom(...BATCHES), units: count })
    .map(({ some: { isOver: _, ...some }, id, units }) => ({
      type: 'record-batch',
      batch: { ...some, id, taken: { units, orders: 1 } },
    })),
  'take-units': fc
    .record({
      batchId: fc.constantFrom(...BATCHES),
      units: count,
      upTo: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ batchId, units, upTo }) => ({
      type: 'take-units',
      batchId,
      taking: { units, orders: 1 },
      upTo,
    })),
  'update-batch': fc
    .record({
      batchId: fc.constantFrom(...BATCHES),
      some: someBatch,
    })
    .map(({ batchId, some: { walked, isOver } }) => ({
      type: 'update-batch',
      batchId,
      walked,
      ...(isOver && { isOver }),
    })),
  'write-turn': fc
    .record({ doneAt: fc.option(someTime, { nil: undefined }), within: count })
    .map(({ doneAt, within }) => ({
      type: 'write-turn',
      turn: { id: 'writing', within, ...(doneAt && { doneAt }) },
      seen: undefined,
    })),
};

export const CHANGE_TYPES = Object.keys(CHANGES);

/** A change, and whether it is to meet the row as it is now. */
export type Wish = { readonly change: Change; readonly asRead: boolean };

/** Most changes need a product. Some take effect only after others that are about the same one. */
const RARE: Readonly<Record<string, number>> = {
  'create-order': 3,
  'update-order': 3,
  'record-movement': 3,
  'record-batch': 3,
  'take-units': 3,
  'write-turn': 2,
  'create-product': 5,
  'move-stock': 2,
  'retire-product': 2,
  'delete-product': 4,
  'uncount-movements': 2,
};

export const wish: Arbitrary<Wish> = fc.record({
  change: fc.oneof(
    ...Object.entries<Arbitrary<Change>>(CHANGES).map(([type, arbitrary]) => ({
      arbitrary,
      weight: RARE[type] ?? 1,
    })),
  ),
  asRead: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
});

/** The item that a change is about. */
export const itemOf = (change: Change): string => {
  if ('order' in change) return `order ${change.order.id}`;
  if ('product' in change) return `product ${change.product.id}`;
  if ('productId' in change) return `product ${change.productId}`;
  if ('movement' in change) return `${change.movement.referenceId} ${change.movement.entry}`;
  if ('batchId' in change) return `batch ${change.batchId}`;
  return 'batch' in change ? `batch ${change.batch.id}` : 'turn';
};

/** What an invocation asks for that has just read the row of the change. */
export const toChange = ({ change, asRead }: Wish, db: FakeDynamoDB): Change => {
  const row = asRead ? rowOf(change, db) : undefined;
  if (!row) return change;
  switch (change.type) {
    case 'update-order':
      return { ...change, order: asStored(change.order, row, Number(row.version) + 1) };
    case 'require-order':
    case 'delete-order':
      return { ...change, order: asStored(change.order, row, Number(row.version)) };
    case 'move-stock':
      return {
        ...change,
        ...(change.expected && {
          expected: {
            stockQuantity: Number(row.stockQuantity),
            reservedQuantity: Number(row.reservedQuantity),
          },
        }),
        ...(change.calledOff && {
          calledOff: { ...change.calledOff, productCreatedAt: String(row.createdAt) },
        }),
      };
    case 'close-product':
      return { ...change, createdAt: String(row.createdAt) };
    case 'confirm-stock':
      return {
        ...change,
        count: { ...change.count, stockQuantity: Number(row.stockQuantity) },
      };
    case 'mend-product':
      return { ...change, asRead: row as Product };
    case 'delete-product':
      return { ...change, at: String(row.deletedAt) };
    case 'uncount-movements':
      return {
        ...change,
        ...(row.deletedAt !== undefined && { retiredAt: String(row.deletedAt) }),
      };
    case 'require-movement':
    case 'delete-movement':
      return { ...change, movement: row as StockMovement };
    case 'write-turn':
      return { ...change, seen: String(row.writeId) };
    default:
      return change;
  }
};

const asStored = ({ writeId: _, ...order }: Order, row: Row, version: number): Order => ({
  ...order,
  version,
  createdAt: String(row.createdAt),
  writeId: String(row.writeId),
});

const rowOf = (change: Change, db: FakeDynamoDB): Row | undefined => {
  if ('order' in change) return db.get(TABLES.orders, { id: change.order.id });
  if ('productId' in change) return db.get(TABLES.products, { id: change.productId });
  if ('movement' in change) return db.rows(TABLES.stockMovements)[0];
  return change.type === 'write-turn' ? db.get(TABLES.turns, { id: change.turn.id }) : undefined;
};
