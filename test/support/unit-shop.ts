/** A shop on the fake DynamoDB, healthy unless told otherwise. */
import type { CancellationRequest } from '../../lib/domain/cancellation.ts';
import { createLawCheck, type Verdict } from '../../lib/domain/laws.ts';
import type { Order } from '../../lib/domain/order.ts';
import type { Product } from '../../lib/domain/product.ts';
import {
  entryOf,
  type ProductQuantity,
  type StockMovement,
} from '../../lib/domain/stock-movement.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import {
  stockMovements as movementRows,
  movementToItem,
  orders as orderRows,
  orderToItem,
  products as productRows,
} from '../../lib/dynamodb/items.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import type { Runtime } from '../../lib/runtime.ts';
import type { TimeBudget } from '../../lib/time-budget.ts';
import {
  type CancellationResult,
  cancelOrders,
  restoredUnits,
} from '../../lib/use-cases/cancel-orders.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { aMovement, aProduct, EARLIER, NOW, TABLES } from './builders.ts';
import { createFakeDynamoDB, type FakeDynamoDB } from './fake-dynamodb.ts';
import { createFakeWire, type Fault, noFault } from './fake-wire.ts';
import { describeTables } from './table-descriptions.ts';
import { unitRuntime } from './unit-runtime.ts';

/** More than any test takes. */
const PLENTY_MS = 60_000;

type Setting = {
  readonly orders?: readonly Order[];
  /** Counters that differ from what the orders hold and 100 units of stock beyond it. */
  readonly products?: Readonly<
    Record<string, { readonly stock?: number; readonly reserved?: number }>
  >;
  readonly maxAttempts?: number;
  /** Settings of the tables that differ from the usual. */
  readonly tables?: Partial<Tables>;
  /** An older shop's data, to go on with. */
  readonly db?: FakeDynamoDB;
};

export type UnitShop = ReturnType<typeof aShop>;

/**
 * Every product that an order names is there, with 100 units to spare and with everything
 * reserved that orders hold, and the ledger explains all of it, unless `products` says otherwise.
 */
export const aShop = ({
  orders = [],
  products = {},
  maxAttempts = 3,
  tables: settings = {},
  db = createFakeDynamoDB(describeTables()),
}: Setting = {}) => {
  const tables = { ...TABLES, ...settings };
  const wire = createFakeWire(db);
  const client = createClient({ ...wire.config, maxAttempts });
  const storeOf = (differences: Partial<Runtime> = {}) =>
    createStore(client, tables, unitRuntime(differences));
  const store = storeOf();

  const stocks = (product: Product): void => db.put(tables.products, { ...product });
  const has = (order: Order): void => db.put(tables.orders, orderToItem(order, tables));
  const counts = new Map<string, number>();
  const records = (movement: StockMovement): void => {
    const { productId } = movement;
    db.put(tables.stockMovements, movementToItem(movement, tables));
    counts.set(productId, (counts.get(productId) ?? 0) + 1);
    const product = db.get(tables.products, { id: productId });
    if (!product) return;
    db.put(tables.products, { ...product, movementCount: Number(product.movementCount) + 1 });
  };

  const reserved = new Map<string, number>(Object.keys(products).map((id) => [id, 0]));
  for (const order of orders) {
    has(order);
    for (const { productId, quantity, reservedQuantity } of order.items) {
      reserved.set(productId, (reserved.get(productId) ?? 0) + reservedQuantity);
      records(reservationOf(order, productId, quantity));
      const gone = quantity - reservedQuantity;
      if (order.status === 'cancelled' && gone > 0) records(restorationOf(order, productId, gone));
    }
  }
  for (const [id, held] of reserved) {
    const product = aProduct(id, {
      stock: held + 100,
      reserved: held,
      movements: counts.get(id) ?? 0,
      ...products[id],
    });
    stocks(product);
    if (product.stockQuantity === 0) continue;
    records(
      aMovement({
        referenceId: `product_${id}_opening`,
        productId: id,
        entry: entryOf('adjustment', id),
        quantity: product.stockQuantity,
        stockDelta: product.stockQuantity,
      }),
    );
  }

  const order = (id: string): Order => orderRows.fromItem(db.get(tables.orders, { id }) ?? {});
  const product = (id: string): Product =>
    productRows.fromItem(db.get(tables.products, { id }) ?? {});
  const movements = (): StockMovement[] =>
    db.rows(tables.stockMovements).map(movementRows.fromItem);

  const verdict = (): Verdict => {
    const check = createLawCheck();
    for (const row of db.rows(tables.orders)) check.order(orderRows.fromItem(row));
    for (const row of db.rows(tables.products)) {
      check.product(productRows.fromItem(row));
    }
    for (const movement of movements()) check.movement(movement);
    return check.verdict();
  };

  return {
    db,
    wire,
    store,
    /** The same store on a machine that differs from the usual. */
    storeOf,
    stocks,
    has,
    records,
    order,
    product,
    movements,
    /** What use cases need of the world, with plenty of time at a time that stands still. */
    ports: (differences: Partial<Ports> = {}): Ports => ({
      store,
      remaining: () => PLENTY_MS,
      runtime: unitRuntime(),
      ...differences,
    }),
    /** The units that a cancellation tells to have given back; none where it is none. */
    restoredBy: async (result: CancellationResult | undefined): Promise<ProductQuantity[]> =>
      result?.outcome === 'cancelled' || result?.outcome === 'already_cancelled'
        ? restoredUnits(result, store)
        : [],
    losesProduct: (id: string): void => db.remove(tables.products, { id }),
    losesOrder: (id: string): void => db.remove(tables.orders, { id }),
    /** What cancelling this order gave back, by product. */
    restorations: (orderId: string): StockMovement[] =>
      movements().filter(({ referenceId }) => referenceId === `order_${orderId}_cancellation`),
    cancels: (
      requests: readonly (string | CancellationRequest)[],
      {
        remaining = () => PLENTY_MS,
        now = () => new Date(NOW),
      }: { readonly remaining?: TimeBudget; readonly now?: Runtime['now'] } = {},
    ): Promise<CancellationResult[]> =>
      cancelOrders(
        requests.map((one) => (typeof one === 'string' ? { orderId: one } : one)),
        { store, remaining, runtime: unitRuntime({ now }) },
      ),
    verdict,
    /**
     * Has the next transactions meet these faults, one each, and checks the laws after each of them
     * and of the hundred that follow.
     *
     * @returns the violations so far, to which every further one is added
     */
    watches: (faults: readonly Fault[]): readonly unknown[] => {
      const broken: unknown[] = [];
      const watched =
        (fault: Fault): Fault =>
        async (...request) => {
          try {
            return await fault(...request);
          } finally {
            broken.push(...verdict().violations);
          }
        };
      const uneventful = Array.from({ length: 100 }, () => noFault);
      wire.next('TransactWriteItems', ...[...faults, ...uneventful].map(watched));
      return broken;
    },
  };
};

const reservationOf = (order: Order, productId: string, quantity: number): StockMovement =>
  aMovement({
    referenceId: `order_${order.id}`,
    entry: entryOf('reservation', productId),
    productId,
    orderId: order.id,
    movementType: 'reservation',
    quantity: -quantity,
    stockDelta: 0,
    reservedDelta: quantity,
    createdAt: EARLIER,
  });

const restorationOf = (order: Order, productId: string, quantity: number): StockMovement =>
  aMovement({
    referenceId: `order_${order.id}_cancellation`,
    entry: entryOf('restoration', productId),
    productId,
    orderId: order.id,
    movementType: 'restoration',
    quantity,
    stockDelta: 0,
    reservedDelta: -quantity,
    createdAt: EARLIER,
  });
