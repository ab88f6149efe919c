/** Orders that are not what their cancellation expects, and what has to become of each. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Destination } from '../lib/domain/lifecycle.ts';
import { type NewOrder, placeOrder } from '../lib/domain/order.ts';
import { releaseHeld } from '../lib/domain/release.ts';
import { entryOf, release } from '../lib/domain/stock-movement.ts';
import { systemRuntime } from '../lib/runtime.ts';
import type { Random } from '../lib/seeded-random.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';
import { concurrently } from '../test/support/concurrently.ts';
import { shuffled } from '../test/support/shuffled.ts';
import type { Shop } from './shop.ts';
import { makeAll } from './stock.ts';
import { enoughTime } from './time.ts';

/**
 * - `unknown`: there is no such order.
 * - `shipped`: its goods have left the building.
 * - `changed`: somebody confirms it between our reading it and our writing it.
 * - `recorded`: the ledger has its restoration already, and its first product was given back.
 * - `short`: one of its products has fewer reserved than its orders hold.
 * - `gone`: one of its products does not exist any more.
 */
export const POISONS = ['unknown', 'shipped', 'changed', 'recorded', 'short', 'gone'] as const;
export type Poison = (typeof POISONS)[number];

/** Ids of orders by what is wrong with them; an order has at most one thing wrong. */
export type Poisoned = Readonly<Record<Poison, readonly string[]>> & {
  readonly shortProducts: readonly string[];
  readonly goneProducts: readonly string[];
};

/** A product with more orders than this would poison more than its share. */
const MOST_ORDERS_OF_A_BAD_PRODUCT = 6;

/** Chooses a share of the orders, as many of each kind as the products allow. */
export const choosePoison = (
  orders: readonly NewOrder[],
  share: number,
  random: Random,
): Poisoned => {
  const total = Math.round(orders.length * share);
  const taken = new Set<string>();
  const quota = Math.round(total / POISONS.length);
  const byProduct = new Map<string, string[]>();
  for (const { id, items } of orders) {
    for (const { productId } of items) {
      byProduct.set(productId, [...(byProduct.get(productId) ?? []), id]);
    }
  }
  const rare = shuffled([...byProduct], random).filter(
    ([, ids]) => ids.length <= MOST_ORDERS_OF_A_BAD_PRODUCT,
  );
  const chooseProducts = (): { products: string[]; ids: string[] } => {
    const products: string[] = [];
    const ids: string[] = [];
    for (const [productId, wanted] of rare) {
      if (ids.length + wanted.length > quota || wanted.some((id) => taken.has(id))) continue;
      for (const id of wanted) taken.add(id);
      products.push(productId);
      ids.push(...wanted);
    }
    return { products, ids };
  };
  const short = chooseProducts();
  const gone = chooseProducts();
  const others = shuffled(orders, random).filter(({ id }) => !taken.has(id));
  const kinds = ['unknown', 'shipped', 'changed', 'recorded'] as const;
  const chosen = others.slice(0, total - taken.size).map(({ id }) => id);
  const ofKind = (kind: (typeof kinds)[number]): string[] =>
    chosen.filter((_, index) => index % kinds.length === kinds.indexOf(kind));
  return {
    unknown: ofKind('unknown'),
    shipped: ofKind('shipped'),
    changed: ofKind('changed'),
    recorded: ofKind('recorded'),
    short: short.ids,
    gone: gone.ids,
    shortProducts: short.products,
    goneProducts: gone.products,
  };
};

/** Does to a filled shop what can be done before the cancellations are read. */
export const poison = async (
  shop: Shop,
  orders: readonly NewOrder[],
  poisoned: Poisoned,
): Promise<void> => {
  const { client, store } = shop.direct;
  const ship = async (id: string): Promise<void> => {
    await moveTo(shop, id, 'confirmed');
    await moveTo(shop, id, 'shipped');
  };
  await concurrently(poisoned.shipped, ship, { limit: 4 });
  // One transaction each, because several may be about one product.
  for (const order of orders.filter(({ id }) => poisoned.recorded.includes(id))) {
    await makeAll(store, [restoreFirstLine(order)]);
  }
  for (const id of poisoned.shortProducts) await makeAll(store, [await lower(shop, id)]);
  for (const id of poisoned.goneProducts) {
    await client.send(new DeleteCommand({ TableName: shop.tables.products, Key: { id } }));
  }
};

export const moveTo = async (shop: Shop, orderId: string, to: Destination): Promise<void> => {
  const ports = { store: shop.direct.store, runtime: systemRuntime, remaining: enoughTime() };
  const { outcome } = await transitionOrder(orderId, to, ports);
  if (outcome !== 'moved') throw new Error(`Order ${orderId} did not become ${to}: ${outcome}`);
};

/** The first movement of a cancellation that the order itself knows nothing of. */
const restoreFirstLine = (newOrder: NewOrder) => {
  const at = new Date().toISOString();
  const { order } = placeOrder(newOrder, at, newOrder.items.length);
  const [first] = releaseHeld(
    { ...order, status: 'cancelled', cancellationReason: 'customer' },
    at,
    1,
  ).releases;
  if (!first) throw new Error(`Order ${order.id} holds nothing.`);
  const { productId, quantity } = first;
  const moved = { reserved: quantity, stock: 0 };
  return [
    { type: 'move-stock', productId, stockDelta: 0, reservedDelta: -quantity, at },
    { type: 'record-movement', movement: release(order.id, first.cause, first, moved, at) },
  ] as const;
};

/** Half of what a product has reserved is lost, with an entry in the ledger but none in any order. */
const lower = async (shop: Shop, productId: string) => {
  const at = new Date().toISOString();
  const product = await shop.direct.store.getProduct(productId);
  if (!product) throw new Error(`There is no product ${productId}.`);
  const lost = Math.ceil(product.reservedQuantity / 2);
  const movement = {
    referenceId: `stocktaking-${productId}`,
    entry: entryOf('adjustment', productId),
    productId,
    movementType: 'adjustment',
    quantity: -lost,
    stockDelta: 0,
    reservedDelta: -lost,
    createdAt: at,
  } as const;
  return [
    { type: 'move-stock', productId, stockDelta: 0, reservedDelta: -lost, at },
    { type: 'record-movement', movement },
  ] as const;
};
