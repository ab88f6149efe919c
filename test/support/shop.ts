/** A shop on a real engine, in a shop keeper's words. */

import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { inParts } from '../../lib/batches.ts';
import type { CancellationRequest } from '../../lib/domain/cancellation.ts';
import type { Change } from '../../lib/domain/change.ts';
import type { Order } from '../../lib/domain/order.ts';
import { openProduct } from '../../lib/domain/product.ts';
import type { ProductQuantity, StockMovement } from '../../lib/domain/stock-movement.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import { stockMovements } from '../../lib/dynamodb/items.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { type Tables, tablesFromEnvironment } from '../../lib/dynamodb/tables.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import type { TimeBudget } from '../../lib/time-budget.ts';
import { type CancellationResult, cancelOrder } from '../../lib/use-cases/cancel-orders.ts';
import { type PlaceOrderResult, placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Store } from '../../lib/use-cases/ports.ts';
import { localClient } from '../../local/aws.ts';
import { scan } from './audit.ts';
import { timeFor } from './time.ts';

/** Units by product id, as in `{ beans: 3, filters: 1 }`. */
export type Basket = Readonly<Record<string, number>>;

export type Shop = {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: DynamoDBDocumentClient;
  readonly tables: Tables;
  readonly store: Store;
  /**
   * The same shop, reached by another way.
   *
   * @param options.asDeployed gives up on a connection as early as a deployed function does
   */
  through(endpoint: string, options?: { readonly asDeployed?: boolean }): Shop;
  /** Brings products into the shop, each with its opening stock. */
  sells(stock: Basket): Promise<void>;
  /** A customer asks for an order. */
  places(orderId: string, basket: Basket): Promise<PlaceOrderResult>;
  /** The same, line by line. */
  placesLines(orderId: string, lines: readonly ProductQuantity[]): Promise<PlaceOrderResult>;
  /** Orders that have to be there before something is done to them. */
  hasOrders(orders: Readonly<Record<string, Basket>>): Promise<void>;
  /** Makes changes, all or nothing, that have to succeed. */
  makes(changes: readonly Change[]): Promise<void>;
  cancels(orderId: string, options?: CancelOptions): Promise<CancellationResult>;
  /** A product's three counters. */
  stockOf(productId: string): Promise<Counters>;
  orderNamed(orderId: string): Promise<Order>;
  /** All of a product's or an order's movements, oldest first as far as the clock can tell. */
  movementsOf(of: { readonly productId: string } | { readonly orderId: string }): Promise<Ledger>;
  /** Writes attributes onto an item behind the shop's back, as no code of ours would. */
  tampersWith(
    table: 'orders' | 'products',
    id: string,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Deletes an item behind the shop's back. */
  loses(table: 'orders' | 'products', id: string): Promise<void>;
  close(): void;
};

export type CancelOptions = Omit<CancellationRequest, 'orderId'> & {
  readonly store?: Store;
  readonly remaining?: TimeBudget;
};

export type Counters = {
  readonly stock: number;
  readonly reserved: number;
  readonly available: number;
};

export type Ledger = readonly StockMovement[];

/** Longer than anything takes here; a call that would use it up is a call that hangs. */
const LONG_ENOUGH_MS = 60_000;

export const linesOf = (basket: Basket): ProductQuantity[] =>
  Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity }));

/** The attributes of each table's primary key, by table name. */
export const primaryKeys = (tables: Tables): Readonly<Record<string, readonly string[]>> => ({
  [tables.orders]: ['id'],
  [tables.products]: ['id'],
  [tables.stockMovements]: ['referenceId', 'entry'],
  [tables.cancellationBatches]: ['id'],
});

export const createShop = ({
  endpoint,
  environment,
  asDeployed = false,
}: Pick<Shop, 'endpoint' | 'environment'> & { readonly asDeployed?: boolean }): Shop => {
  const client = createClient({
    ...localClient(endpoint),
    // One engine on a busy machine answers hundreds of callers: slowness is no failure here.
    ...(!asDeployed && { requestHandler: { connectionTimeout: 30_000, requestTimeout: 30_000 } }),
  });
  const tables = tablesFromEnvironment(environment);
  const store = createStore(client, tables, systemRuntime);
  const ports = () => ({ store, runtime: systemRuntime, remaining: timeFor(LONG_ENOUGH_MS) });

  const shop: Shop = {
    endpoint,
    environment,
    client,
    tables,
    store,
    through: (other, options) => createShop({ endpoint: other, environment, ...options }),

    async sells(stock) {
      const at = new Date().toISOString();
      const openings = Object.entries(stock).map(([id, stockQuantity]): Change[] => {
        const { product, movement } = openProduct({ id, name: id, stockQuantity }, at);
        const create: Change = { type: 'create-product', product };
        return movement ? [create, { type: 'record-movement', movement }] : [create];
      });
      for (const part of inParts(openings, 50)) await shop.makes(part.flat());
    },

    places: (id, basket) => shop.placesLines(id, linesOf(basket)),

    placesLines: (id, items) => placeOrder({ id, items }, ports()),

    async hasOrders(orders) {
      for (const [id, basket] of Object.entries(orders)) {
        const result = await shop.places(id, basket);
        if (result.outcome !== 'placed') throw new Error(`Order ${id}: ${JSON.stringify(result)}`);
      }
    },

    async makes(changes) {
      const result = await store.commit(changes, timeFor(LONG_ENOUGH_MS));
      if (result.type !== 'committed') throw new Error(JSON.stringify(result));
    },

    cancels: (orderId, { store: own, remaining, ...request } = {}) =>
      cancelOrder(
        { orderId, ...request },
        {
          store: own ?? store,
          runtime: systemRuntime,
          remaining: remaining ?? timeFor(LONG_ENOUGH_MS),
        },
      ),

    async stockOf(productId) {
      const product = await store.getProduct(productId, timeFor(LONG_ENOUGH_MS));
      if (!product) throw new Error(`There is no product ${productId}`);
      const { stockQuantity, reservedQuantity, availableQuantity } = product;
      return { stock: stockQuantity, reserved: reservedQuantity, available: availableQuantity };
    },

    async orderNamed(orderId) {
      const order = await store.getOrder(orderId, timeFor(LONG_ENOUGH_MS));
      if (!order) throw new Error(`There is no order ${orderId}`);
      return order;
    },

    async movementsOf(of) {
      const movements: StockMovement[] = [];
      for await (const item of scan(client, tables.stockMovements)) {
        const movement = stockMovements.fromItem(item);
        const wanted =
          'productId' in of ? movement.productId === of.productId : movement.orderId === of.orderId;
        if (wanted) movements.push(movement);
      }
      return movements.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    },

    async tampersWith(table, id, attributes) {
      const names = Object.keys(attributes);
      await client.send(
        new UpdateCommand({
          TableName: tables[table],
          Key: { id },
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
          ),
        }),
      );
    },

    async loses(table, id) {
      await client.send(new DeleteCommand({ TableName: tables[table], Key: { id } }));
    },

    close: () => client.destroy(),
  };
  return shop;
};
