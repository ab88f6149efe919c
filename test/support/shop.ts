/** A shop in the words of a shop keeper, on any DynamoDB: the fake or an engine. */
import { inParts } from '../../lib/batches.ts';
import type { CancellationRequest } from '../../lib/domain/cancellation.ts';
import type { Change } from '../../lib/domain/change.ts';
import { createLawCheck, type Verdict } from '../../lib/domain/laws/law-check.ts';
import type { Order } from '../../lib/domain/order.ts';
import { openProduct, type Product } from '../../lib/domain/product.ts';
import { references } from '../../lib/domain/references.ts';
import type { ProductQuantity, StockMovement } from '../../lib/domain/stock-movement.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import {
  stockMovements as movementRows,
  movementToItem,
  orders as orderRows,
  orderToItem,
  products as productRows,
} from '../../lib/dynamodb/items.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import {
  type CancellationResult,
  cancelOrder,
  cancelOrders,
} from '../../lib/use-cases/cancel-orders.ts';
import { type PlaceOrderResult, placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Ports, Store } from '../../lib/use-cases/ports.ts';

/** Units by product id, as in `{ beans: 3, filters: 1 }`. */
export type Basket = Readonly<Record<string, number>>;

/**
 * Everything that tests do in a shop and read from it, with every driver: a test moves from one to
 * another by changing the line that opens the shop.
 */
export type Shop = {
  readonly tables: Tables;
  readonly store: Store;
  /** The ports that use cases get, with plenty of time, except for these differences. */
  ports(differences?: Partial<Ports>): Ports;

  /** Brings products into the shop, each with its opening stock. */
  sells(stock: Basket): Promise<void>;
  /** A customer asks for an order. */
  places(orderId: string, basket: Basket): Promise<PlaceOrderResult>;
  /** A customer asks for an order, line by line; a product may have several lines. */
  placesLines(orderId: string, lines: readonly ProductQuantity[]): Promise<PlaceOrderResult>;
  /** Places orders for a test to work with; each of them must succeed. */
  hasOrders(orders: Readonly<Record<string, Basket>>): Promise<void>;
  /** Commits changes; the commit must succeed. */
  makes(changes: readonly Change[]): Promise<void>;
  cancels(orderId: string, options?: CancelOptions): Promise<CancellationResult>;
  /** Cancels many orders in one call, as the queue function does. */
  cancelsAll(
    requests: readonly (string | CancellationRequest)[],
    differences?: Partial<Ports>,
  ): Promise<CancellationResult[]>;

  /** @throws Error when the order does not exist */
  order(id: string): Promise<Order>;
  /** @throws Error when the product does not exist */
  product(id: string): Promise<Product>;
  /** A product's three counters. */
  stockOf(productId: string): Promise<Counters>;
  /** The whole ledger. */
  movements(): Promise<StockMovement[]>;
  /** All movements of a product or an order, oldest first by their creation time. */
  movementsOf(
    of: { readonly productId: string } | { readonly orderId: string },
  ): Promise<StockMovement[]>;
  /** The movements that the cancellation of this order made in round 1. */
  restorations(orderId: string): Promise<StockMovement[]>;
  /** The units that a cancellation reports as restored; none for any other result. */
  restoredBy(result: CancellationResult | undefined): Promise<ProductQuantity[]>;
  /** Checks the laws on all rows. Call it when nobody writes. */
  verdict(): Promise<Verdict>;

  /** Writes this order into its table, past the code of the shop. */
  has(order: Order): Promise<void>;
  /** Writes this product into its table, past the code of the shop. */
  stocks(product: Product): Promise<void>;
  /** Writes this movement and counts it on its product, past the code of the shop. */
  records(movement: StockMovement): Promise<void>;
  /** Sets attributes of an item, past the code of the shop. */
  tampersWith(table: Shelf, id: string, attributes: Item): Promise<void>;
  /** Deletes an item, past the code of the shop. */
  loses(table: Shelf, id: string): Promise<void>;
};

export type Shelf = 'orders' | 'products';

export type CancelOptions = Omit<CancellationRequest, 'orderId'> & Partial<Ports>;

export type Counters = {
  readonly stock: number;
  readonly reserved: number;
  readonly available: number;
};

/** What a driver provides: ports for the code of the shop, and direct access to its rows. */
export type Driver = {
  readonly tables: Tables;
  /** The ports that use cases get, with a new time budget. */
  readonly ports: () => Ports;
  readonly rows: (table: string) => Promise<Item[]>;
  readonly get: (table: string, id: string) => Promise<Item | undefined>;
  readonly put: (table: string, row: Item) => Promise<void>;
  readonly remove: (table: string, id: string) => Promise<void>;
};

export const linesOf = (basket: Basket): ProductQuantity[] =>
  Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity }));

/** How many products fit into one commit, each with its opening. */
const PRODUCTS_PER_COMMIT = 50;

export const createShop = (driver: Driver): Shop => {
  const { tables } = driver;
  const { store } = driver.ports();
  const ports: Shop['ports'] = (differences = {}) => ({ ...driver.ports(), ...differences });

  return {
    tables,
    store,
    ports,
    ...deedsIn(ports),
    ...looksInto(driver),
    ...handsOn(driver),
    async restoredBy(result) {
      return result && 'restored' in result ? [...result.restored] : [];
    },
  };
};

type Deeds = 'sells' | 'places' | 'placesLines' | 'hasOrders' | 'makes' | 'cancels' | 'cancelsAll';

/** What happens in a shop through its code. */
const deedsIn = (ports: Shop['ports']): Pick<Shop, Deeds> => {
  const deeds: Pick<Shop, Deeds> = {
    async sells(stock) {
      const at = ports().runtime.now().toISOString();
      const openings = Object.entries(stock).map(([id, stockQuantity]): Change[] => {
        const { product, movement } = openProduct({ id, name: id, stockQuantity }, at);
        const create: Change = { type: 'create-product', product };
        return movement ? [create, { type: 'record-movement', movement }] : [create];
      });
      for (const part of inParts(openings, PRODUCTS_PER_COMMIT)) await deeds.makes(part.flat());
    },

    places: (id, basket) => deeds.placesLines(id, linesOf(basket)),

    placesLines: (id, items) => placeOrder({ id, items }, ports()),

    async hasOrders(orders) {
      for (const [id, basket] of Object.entries(orders)) {
        const result = await deeds.places(id, basket);
        if (result.outcome !== 'placed') throw new Error(`Order ${id}: ${JSON.stringify(result)}`);
      }
    },

    async makes(changes) {
      const { store, remaining } = ports();
      const result = await store.commit(changes, remaining);
      if (result.type !== 'committed') throw new Error(JSON.stringify(result));
    },

    cancels: (orderId, { store, remaining, runtime, ...request } = {}) =>
      cancelOrder(
        { orderId, ...request },
        ports({
          ...(store && { store }),
          ...(remaining && { remaining }),
          ...(runtime && { runtime }),
        }),
      ),

    cancelsAll: (requests, differences) =>
      cancelOrders(
        requests.map((one) => (typeof one === 'string' ? { orderId: one } : one)),
        ports(differences),
      ),
  };
  return deeds;
};

type Looks =
  | 'order'
  | 'product'
  | 'stockOf'
  | 'movements'
  | 'movementsOf'
  | 'restorations'
  | 'verdict';

/** What a test reads from the rows of a shop. */
const looksInto = ({ tables, rows, get }: Driver): Pick<Shop, Looks> => {
  const looks: Pick<Shop, Looks> = {
    async order(id) {
      const row = await get(tables.orders, id);
      if (!row) throw new Error(`There is no order ${id}`);
      return orderRows.fromItem(row);
    },

    async product(id) {
      const row = await get(tables.products, id);
      if (!row) throw new Error(`There is no product ${id}`);
      return productRows.fromItem(row);
    },

    async stockOf(productId) {
      const { stockQuantity, reservedQuantity, availableQuantity } = await looks.product(productId);
      return { stock: stockQuantity, reserved: reservedQuantity, available: availableQuantity };
    },

    movements: async () => (await rows(tables.stockMovements)).map(movementRows.fromItem),

    async movementsOf(of) {
      const movements = (await looks.movements()).filter(({ productId, orderId }) =>
        'productId' in of ? productId === of.productId : orderId === of.orderId,
      );
      return movements.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    },

    async restorations(orderId) {
      const own = references.cancellation({ id: orderId, round: 1 });
      return (await looks.movements()).filter(({ referenceId }) => referenceId === own);
    },

    async verdict() {
      // All tables at once, so that their rows are from the same moment as far as possible.
      const [products, orders, movements] = await Promise.all(
        [tables.products, tables.orders, tables.stockMovements].map(rows),
      );
      return judge({ products, orders, movements });
    },
  };
  return looks;
};

/** @param all the rows of each table */
export const judge = ({
  products = [],
  orders = [],
  movements = [],
}: Partial<Record<'products' | 'orders' | 'movements', readonly Item[] | undefined>>): Verdict => {
  const check = createLawCheck();
  for (const row of products) check.product(productRows.fromItem(row));
  for (const row of orders) check.order(orderRows.fromItem(row));
  for (const row of movements) check.movement(movementRows.fromItem(row));
  return check.verdict();
};

type Hands = 'has' | 'stocks' | 'records' | 'tampersWith' | 'loses';

/** What a test changes in a shop, past its code. */
const handsOn = ({ tables, get, put, remove }: Driver): Pick<Shop, Hands> => ({
  has: (order) => put(tables.orders, orderToItem(order, tables)),

  stocks: (product) => put(tables.products, { ...product }),

  async records(movement) {
    await put(tables.stockMovements, movementToItem(movement, tables));
    const product = await get(tables.products, movement.productId);
    if (!product) return;
    await put(tables.products, { ...product, movementCount: Number(product.movementCount) + 1 });
  },

  async tampersWith(table, id, attributes) {
    const row = await get(tables[table], id);
    if (!row) throw new Error(`There is nothing named ${id} among the ${table}`);
    await put(tables[table], { ...row, ...attributes });
  },

  loses: (table, id) => remove(tables[table], id),
});
