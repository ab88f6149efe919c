/** A shop that keeps all laws, and damage of every kind to plant into it. */
import type { StockMovement } from '../../lib/domain/stock-movement.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import { movementToItem } from '../../lib/dynamodb/items.ts';
import { cancelOrder } from '../../lib/use-cases/cancel-orders.ts';
import { shipLines } from '../../lib/use-cases/move-lines.ts';
import { reinstateOrder } from '../../lib/use-cases/reinstate-order.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { aMovement, EARLIER } from './builders.ts';
import { cancelLines } from './cancel-lines.ts';
import { type FakeShop, openShop } from './fake-shop.ts';

/**
 * 10 mugs, 10 cups and 10 jars. `pending` holds 2 mugs, `cancelled` gave 3 mugs back, `partly` holds 1 of 2
 * cups, and `shipped` has taken 1 cup and 1 mug out of the building. `grace` is cancelled and still holds 2
 * jars, `sent` has shipped 1 of 3, and `again` was cancelled, reinstated and cancelled.
 */
const foundHonestShop = async (): Promise<FakeShop> => {
  const shop = openShop();
  await shop.sells({ mug: 10, cup: 10, jar: 10 });
  await shop.hasOrders({
    pending: { mug: 2 },
    cancelled: { mug: 3 },
    partly: { cup: 2 },
    shipped: { cup: 1, mug: 1 },
    grace: { jar: 2 },
    sent: { jar: 3 },
    again: { jar: 2 },
  });
  await shop.cancels('cancelled');
  const items = [{ productId: 'cup', quantity: 1 }];
  await cancelLines({ orderId: 'partly', items, idempotencyKey: 'k' }, shop.ports());
  await transitionOrder('shipped', 'confirmed', shop.ports());
  await transitionOrder('shipped', 'shipped', shop.ports());
  await cancelOrder({ orderId: 'grace', graceSeconds: 86_400 }, shop.ports());
  await transitionOrder('sent', 'confirmed', shop.ports());
  const parts = [{ productId: 'jar', quantity: 1 }];
  await shipLines('sent', { items: parts, idempotencyKey: 'k' }, shop.ports());
  await shop.cancels('again');
  await reinstateOrder('again', {}, shop.ports());
  await shop.cancels('again');
  return shop;
};

/** The rows of the honest shop, by table: to open it again is to copy them. */
let honest: readonly (readonly [table: string, row: Item])[] | undefined;

export const openHonestShop = async (): Promise<FakeShop> => {
  if (!honest) {
    const { db, tables } = await foundHonestShop();
    honest = [tables.products, tables.orders, tables.stockMovements].flatMap((table) =>
      db.rows(table).map((one) => [table, one] as const),
    );
  }
  const shop = openShop();
  for (const [table, one] of honest) shop.db.put(table, one);
  return shop;
};

const row = (shop: FakeShop, referenceId: string, entry: string) => {
  const found = shop.db.get(shop.tables.stockMovements, { referenceId, entry });
  if (!found) throw new Error(`There is no movement ${referenceId} ${entry}`);
  return found;
};

const changes = (referenceId: string, entry: string, attributes: object) => (shop: FakeShop) =>
  shop.db.put(shop.tables.stockMovements, { ...row(shop, referenceId, entry), ...attributes });

const loses = (referenceId: string, entry: string) => (shop: FakeShop) => {
  row(shop, referenceId, entry);
  shop.db.remove(shop.tables.stockMovements, { referenceId, entry });
};

const adds = (movement: StockMovement) => (shop: FakeShop) =>
  shop.db.put(shop.tables.stockMovements, movementToItem(movement, shop.tables));

export const product = (id: string, attributes: object) => (shop: FakeShop) =>
  shop.tampersWith('products', id, { ...attributes });

const order = (id: string, attributes: object) => (shop: FakeShop) =>
  shop.tampersWith('orders', id, { ...attributes });

export const line = (id: string, attributes: object) => async (shop: FakeShop) => {
  const { items } = await shop.order(id);
  return shop.tampersWith('orders', id, { items: items.map((one) => ({ ...one, ...attributes })) });
};

export type Damage = (shop: FakeShop) => unknown;

/** What is damaged, how, and the law, the row and the words by which the audit tells of it. */
export const PLANTED: readonly (readonly [string, Damage, string])[] = [
  [
    'a stock that nothing explains',
    product('mug', { stockQuantity: 12, availableQuantity: 10 }),
    'ledger product mug: stockQuantity is 12 (9, by its movements)',
  ],
  [
    'a reservation that nothing explains',
    product('mug', { reservedQuantity: 3, availableQuantity: 6 }),
    'ledger product mug: reservedQuantity is 3 (2, by its movements)',
  ],
  [
    'a movement count that is too high',
    product('mug', { movementCount: 9 }),
    'ledger product mug: movementCount is 9 (6, by its ledger)',
  ],
  [
    'a movement count that is too low',
    product('mug', { movementCount: 1 }),
    'ledger product mug: movementCount is 1 (6, by its ledger)',
  ],
  [
    'a lost opening',
    loses('product_mug_opening', 'adjustment#mug'),
    'ledger product mug: stockQuantity is 9 (-1, by its movements)',
  ],
  [
    'a movement of nothing',
    adds(aMovement({ quantity: 0, stockDelta: 0 })),
    'ledger movement stocktaking adjustment#mug: moves nothing (moves at least one unit)',
  ],
  [
    'a reservation that gives',
    changes('order_pending', 'reservation#mug', { quantity: 2 }),
    'ledger movement order_pending reservation#mug: is a reservation of 2 (its quantity is below 0)',
  ],
  [
    'a restoration that takes',
    changes('order_cancelled_cancellation', 'restoration#mug', { quantity: -3 }),
    'ledger movement order_cancelled_cancellation restoration#mug: is a restoration of -3 (its quantity is above 0)',
  ],
  [
    'a movement of more than its quantity',
    changes('order_pending', 'reservation#mug', { reservedDelta: 5 }),
    'ledger movement order_pending reservation#mug: moves 5 reserved (moves at most its quantity, -2)',
  ],
  [
    'a stock below zero',
    product('cup', { stockQuantity: -1, availableQuantity: -2 }),
    'bounds product cup: stockQuantity is -1 (not below 0)',
  ],
  [
    'a reservation below zero',
    product('cup', { reservedQuantity: -1, availableQuantity: 10 }),
    'bounds product cup: reservedQuantity is -1 (not below 0)',
  ],
  [
    'more reserved than there is',
    product('cup', { stockQuantity: 0, availableQuantity: -1 }),
    'bounds product cup: availableQuantity is -1 (not below 0)',
  ],
  [
    'an available quantity that does not add up',
    product('cup', { availableQuantity: 3 }),
    'bounds product cup: availableQuantity is 3 (8: 9 - 1)',
  ],
  [
    'a line with units below zero',
    line('pending', { cancelledQuantity: -1, reservedQuantity: 3 }),
    'bounds order pending: counts negative units of mug (not below 0)',
  ],
  [
    'an order that holds too little',
    line('pending', { reservedQuantity: 1, cancelledQuantity: 1 }),
    'holdings product mug: reservedQuantity is 2 (1, by its orders)',
  ],
  [
    'a lost order',
    (shop) => shop.loses('orders', 'pending'),
    'holdings product mug: reservedQuantity is 2 (0, by its orders)',
  ],
  [
    'a lost product that is held',
    (shop) => shop.loses('products', 'mug'),
    'holdings product mug: does not exist, and orders hold 2 (none is held)',
  ],
  [
    'a movement under the entry of another product',
    (shop) => {
      adds(aMovement({ entry: 'adjustment#cup' }))(shop);
    },
    'once movement stocktaking adjustment#cup: is keyed by adjustment#cup (is keyed by adjustment#mug)',
  ],
  [
    'a cause of one order on another',
    changes('order_pending', 'reservation#mug', { orderId: 'shipped' }),
    'once movement order_pending reservation#mug: belongs to shipped (belongs to the order that its cause names)',
  ],
  [
    'a cause of an order on none',
    changes('order_pending', 'reservation#mug', { orderId: undefined }),
    'once movement order_pending reservation#mug: belongs to no order (belongs to the order that its cause names)',
  ],
  [
    'a delivered order that holds units',
    order('pending', { status: 'delivered', statusShard: 'delivered#0' }),
    'right-to-stock order pending: is delivered and still holds units (holds none)',
  ],
  [
    'an order that was shipped after its cancellation',
    order('cancelled', { status: 'shipped', statusShard: 'shipped#0' }),
    'right-to-stock order cancelled: gave its units back and is shipped (is cancelled)',
  ],
  [
    'units that are held and cancelled',
    line('pending', { cancelledQuantity: 1 }),
    'right-to-stock order pending: holds 2, shipped 0 and cancelled 1 mug (together 2)',
  ],
  [
    'more returned than shipped',
    line('pending', { returnedQuantity: 1 }),
    'right-to-stock order pending: got 1 mug back (at most 0, as many as were shipped)',
  ],
  [
    'a lost restoration',
    loses('order_cancelled_cancellation', 'restoration#mug'),
    'right-to-stock order cancelled: holds 0 mug (3, by the ledger)',
  ],
  [
    'a lost shipment',
    loses('order_shipped_shipment', 'adjustment#mug'),
    'right-to-stock order shipped: shipped 1 mug (0, by the ledger)',
  ],
  [
    'a shipped order without any movement of a product',
    (shop) => {
      loses('order_shipped', 'reservation#mug')(shop);
      loses('order_shipped_shipment', 'adjustment#mug')(shop);
    },
    'right-to-stock order shipped: accounts for 1 mug (0, by the ledger)',
  ],
  [
    'half of an order that nobody will finish',
    order('pending', { status: 'cancelled', statusShard: 'cancelled#0' }),
    'nothing-lost order pending: is not due (is due at 2026-03-02T12:01:00.000Z, to finish)',
  ],
  [
    'an order that is due too late',
    order('pending', { placing: true, dueAt: '2036-01-01T00:00:00.000Z', dueShard: 'due#0' }),
    'nothing-lost order pending: is due at 2036-01-01T00:00:00.000Z (is due at 2026-03-02T12:01:00.000Z, to finish)',
  ],
  [
    'an order that is due for nothing',
    order('pending', { dueAt: EARLIER, dueShard: 'due#0' }),
    `nothing-lost order pending: is due at ${EARLIER} (is not due for anything)`,
  ],
  [
    'an order in a shard that nobody reads',
    order('pending', { statusShard: 'pending#8' }),
    'nothing-lost order pending: has the key of no shard that lists read (is found by every list that it belongs to)',
  ],
  [
    'an order in the lists of another status',
    order('pending', { statusShard: 'cancelled#1' }),
    'nothing-lost order pending: has the key of no shard that lists read (is found by every list that it belongs to)',
  ],
  [
    'a movement in a shard that nobody reads',
    changes('order_pending', 'reservation#mug', { productShard: 'mug#4' }),
    'nothing-lost movement order_pending reservation#mug: has the key of no shard that lists read (is found by every list that it belongs to)',
  ],
  [
    'movements of an order that does not exist',
    (shop) => shop.loses('orders', 'cancelled'),
    'nothing-lost order cancelled: does not exist, and has movements of mug (none)',
  ],
  [
    'movements of a product that does not exist',
    (shop) => shop.loses('products', 'cup'),
    'nothing-lost product cup: does not exist, and has 5 movements (none)',
  ],
  [
    'a cause that its order does not know',
    order('pending', { movementReferences: [] }),
    'nothing-lost order pending: does not know of order_pending (knows each cause that moved stock for it)',
  ],
  [
    'a deletion that stopped half way',
    product('cup', { deletedAt: EARLIER }),
    `nothing-lost product cup: was retired at ${EARLIER} (deleted by now)`,
  ],
  [
    'a cancellation that tells of other units',
    order('cancelled', { restoredQuantities: [2] }),
    'answers order cancelled: tells that 2 mug came back (3, by the ledger)',
  ],
  [
    'an answer for fewer lines',
    order('cancelled', { restoredQuantities: [] }),
    'answers order cancelled: tells what came back of 0 lines (of its 1)',
  ],
  [
    'a key of no cause',
    order('partly', { keyUses: [{ cause: 7, asked: 'x' }] }),
    'answers order partly: remembers a key of no cause (each key belongs to one of its causes)',
  ],
  [
    'a grace of an order that is shipped',
    order('grace', { status: 'shipped', statusShard: 'shipped#0' }),
    'right-to-stock order grace: tells of a cancellation and is shipped (is cancelled)',
  ],
  [
    'an order in parts that does not say so',
    order('sent', { shippedInPart: undefined }),
    'right-to-stock order sent: is shipped in part and does not say so (says so while it holds units and others were shipped)',
  ],
  [
    'an order that says that it is in parts and is whole',
    order('pending', { shippedInPart: true }),
    'right-to-stock order pending: says that it is shipped in part (says so while it holds units and others were shipped)',
  ],
  [
    'more cancelled by parts than at all',
    order('partly', { cancelledByPart: [2] }),
    'right-to-stock order partly: had more cancelled by parts than at all (at most what is cancelled)',
  ],
  [
    'a grace whose end was lost',
    order('grace', { releaseAt: undefined }),
    'nothing-lost order grace: is due at 2026-03-03T12:00:00.000Z (is due at 2026-03-02T12:01:00.000Z, to finish)',
  ],
  [
    'a grace that holds too little',
    line('grace', { reservedQuantity: 1, cancelledQuantity: 1 }),
    'holdings product jar: reservedQuantity is 4 (3, by its orders)',
  ],
  [
    'a lost shipment of a part',
    loses('order_sent_shipment_k', 'adjustment#jar'),
    'right-to-stock order sent: shipped 1 jar (0, by the ledger)',
  ],
  [
    'a lost reservation of a reinstatement',
    loses('order_again~2', 'reservation#jar'),
    'right-to-stock order again: holds 0 jar (-2, by the ledger)',
  ],
  [
    'a product that cannot be read',
    product('cup', { stockQuantity: 'many' }),
    'damaged product cup: product cup is damaged: stockQuantity is no whole number (readable)',
  ],
  [
    'an order that cannot be read',
    order('pending', { items: 'none' }),
    'damaged order pending: order pending is damaged: items is no list (readable)',
  ],
];
