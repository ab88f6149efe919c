/** Fills a shop with placed orders, in as few transactions as possible. */
import { joinGroups } from '../lib/batches.ts';
import type { Change } from '../lib/domain/change.ts';
import { decidePlacement, type NewOrder } from '../lib/domain/placement.ts';
import { openProduct } from '../lib/domain/product.ts';
import { COMMIT_CAPACITY } from '../lib/use-cases/ports.ts';
import { concurrently } from '../test/support/concurrently.ts';
import type { EngineShop } from '../test/support/engine-shop.ts';

/** Units of each product that stay available. */
const SPARE = 100;

const WRITERS = 4;

/**
 * Places orders and opens their products, with everything that the laws require: counters, opening
 * movements and reservations. Every product is written once, in its state after the last order.
 */
export const fillShop = async (shop: EngineShop, orders: readonly NewOrder[]): Promise<void> => {
  const at = new Date().toISOString();
  const reserved = new Map<string, Reserved>();
  for (const { productId, quantity } of orders.flatMap(({ items }) => items)) {
    const { units, movements } = reserved.get(productId) ?? { units: 0, movements: 0 };
    reserved.set(productId, { units: units + quantity, movements: movements + 1 });
  }
  const units = [
    ...[...reserved].map(([id, held]) => openWithReservations(id, held, at)),
    ...orders.map((order) => place(order, at)),
  ];
  const transactions = joinGroups(units, COMMIT_CAPACITY.actions);
  await concurrently(transactions, (changes) => shop.makes(changes), { limit: WRITERS });
};

/** Units of a product that orders hold, and the number of their reservations. */
type Reserved = { readonly units: number; readonly movements: number };

const openWithReservations = (id: string, { units, movements }: Reserved, at: string): Change[] => {
  const stockQuantity = units + SPARE;
  const { product, movement } = openProduct({ id, name: `The ${id}`, stockQuantity }, at);
  return [
    {
      type: 'create-product',
      product: {
        ...product,
        reservedQuantity: units,
        availableQuantity: SPARE,
        movementCount: product.movementCount + movements,
      },
    },
    ...(movement ? [{ type: 'record-movement', movement } as const] : []),
  ];
};

const place = (newOrder: NewOrder, at: string): Change[] => {
  const decision = decidePlacement(undefined, newOrder, at, newOrder.items.length);
  if (decision.type !== 'reserve') throw new Error(`A new order is ${decision.type}`);
  return [
    { type: 'create-order', order: decision.order },
    ...decision.movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
};
