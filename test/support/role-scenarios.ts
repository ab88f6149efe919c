/**
 * What each function does, so completely that every permission of its role is used. A function that
 * learns something new gets a scenario here.
 */
import type { Change } from '../../lib/domain/change.ts';
import type { Destination } from '../../lib/domain/order-status.ts';
import { release } from '../../lib/domain/stock-movement.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { adjustStock } from '../../lib/use-cases/adjust-stock.ts';
import { deleteProduct } from '../../lib/use-cases/delete-product.ts';
import { lockOrder } from '../../lib/use-cases/lock-order.ts';
import { placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { anOrder, EARLIER, TABLES } from './builders.ts';
import { cancelLines } from './cancel-lines.ts';
import { numbered } from './concurrently.ts';
import {
  actionsOf,
  always,
  cancelledWhere,
  type Fault,
  first,
  isTransaction,
  meanwhile,
  type When,
} from './faults.ts';
import type { Scenario } from './role-test.ts';
import { type Basket, linesOf, type Shop } from './shop.ts';
import { orderRecord } from './streams.ts';
import { timeFor } from './time.ts';
import { fromQueue, httpEvent, sqsEvent } from './unit-events.ts';

/** An order of this many lines takes three transactions, and deleting its movements takes two. */
const LARGE: Basket = Object.fromEntries(numbered('product', 120).map((id) => [id, 1]));
/** Orders of one product each, which take three transactions. */
const MANY = numbered('order', 120);
const FIRST = 'product-1';
const LAST = 'product-120';

const orderPath = { orderId: '1001' };
const productPath = { productId: 'tea' };

const sellsTea = (shop: Shop) => shop.sells({ tea: 10, mug: 10 });

/** Order 1001 of two products. */
const orderOfTwo = async (shop: Shop) => {
  await sellsTea(shop);
  await shop.hasOrders({ 1001: { tea: 2, mug: 1 } });
};

/** Orders 1001 and 1002, which share a product. */
const twoOrders = async (shop: Shop) => {
  await orderOfTwo(shop);
  await shop.hasOrders({ 1002: { tea: 1 } });
};

/** Order 1001 of more products than fit into one transaction. */
const largeOrder = async (shop: Shop) => {
  await shop.sells(LARGE);
  await shop.hasOrders({ 1001: LARGE });
};

/** Nothing is available of the last product. */
const sellsOut = (shop: Shop) => shop.sells({ ...LARGE, [LAST]: 0 });

/** Ports for a caller that dies after this many commits. */
const portsFor = (shop: Shop, commits: number): Ports => {
  const remaining = timeFor(60_000);
  let left = commits;
  return {
    store: {
      ...shop.store,
      async commit(...args: Parameters<Shop['store']['commit']>) {
        left -= 1;
        return left < 0 ? { type: 'exhausted', conflicts: 0 } : shop.store.commit(...args);
      },
    },
    runtime: systemRuntime,
    // A dead caller has no time left either, so nothing is retried until the time is up.
    remaining: () => (left < 0 ? 0 : remaining()),
  };
};

const forEver = (shop: Shop): Ports => portsFor(shop, Number.POSITIVE_INFINITY);

/** Order 1001, whose caller died when all but the last lines were placed. */
const halfPlacedOrder = async (shop: Shop) => {
  await sellsOut(shop);
  await placeOrder({ id: '1001', items: linesOf(LARGE) }, portsFor(shop, 2));
};

/** Order 1001, whose caller died when the first lines were shipped. */
const halfShippedOrder = async (shop: Shop) => {
  await largeOrder(shop);
  await transitionOrder('1001', 'confirmed', forEver(shop));
  await transitionOrder('1001', 'shipped', portsFor(shop, 1));
};

/** The last step of order 1001 was taken long ago. */
const wasInterrupted = (shop: Shop) =>
  shop.tampersWith('orders', '1001', { updatedAt: EARLIER, dueAt: EARLIER });

/** The ledger has a movement of order 1001 already that its next step would record. */
const isRecorded = (
  shop: Shop,
  productId: string,
  referenceId: string,
  movementType: 'restoration' | 'adjustment',
) =>
  shop.makes([
    {
      type: 'record-movement',
      movement: release(
        '1001',
        { referenceId, movementType },
        { productId, quantity: 1 },
        { reserved: 1, stock: 0 },
        EARLIER,
      ),
    },
  ]);

const teaIsRecorded = (shop: Shop, referenceId: string, type: 'restoration' | 'adjustment') =>
  isRecorded(shop, 'tea', referenceId, type);

/** Takes order 1001 to this status. */
const takenTo = async (shop: Shop, ...destinations: readonly Destination[]) => {
  for (const to of destinations) await transitionOrder('1001', to, forEver(shop));
};

/** A bulk request for these orders. */
const batchOf = (shop: Shop, ...orderIds: readonly string[]) => {
  const batch = { id: 'b1', orderIds, createdAt: EARLIER, expiresAt: 2_000_000_000 };
  return shop.makes([{ type: 'record-batch', batch } satisfies Change]);
};

/** Order 1001 has reserved twice. */
const reservedTwice = (shop: Shop) =>
  shop.tampersWith('orders', '1001', { movementReferences: ['order_1001', 'order_1001~2'] });

/** The tea is called off, and the product closed; or a unit of it was lost. */
const teaIsCalledOff = async (shop: Shop, upTo?: number) => {
  const { createdAt } = await shop.product('tea');
  const of = upTo === undefined ? { closing: 'c1' } : { upTo };
  const callOff = { productId: 'tea', scope: 'line', productCreatedAt: createdAt, ...of } as const;
  const batch = {
    id: 'b1',
    orderIds: [],
    callOff,
    ...(upTo !== undefined && { taken: { units: 0, orders: 0 } }),
    createdAt: EARLIER,
    expiresAt: 2_000_000_000,
  };
  await shop.makes([
    { type: 'record-batch', batch },
    { type: 'close-product', productId: 'tea', createdAt, closing: 'c1', at: EARLIER },
  ]);
};

/** The tea is cancelled in part under the key k1, after its product was lost. */
const partOfLostProductCancelled = async (shop: Shop) => {
  await orderOfTwo(shop);
  await shop.loses('products', 'tea');
  await cancelLines(
    { orderId: '1001', items: [{ productId: 'tea', quantity: 1 }], idempotencyKey: 'k1' },
    forEver(shop),
  );
};

const updatesOrder = (shop: Shop): When => {
  return (request) =>
    actionsOf(request).some(({ type, table }) => type === 'Update' && table === shop.tables.orders);
};

/** Another request writes to the order when the function is about to change it. */
const conflictOnOrder = (shop: Shop): Fault => first(1, updatesOrder(shop), isContested(shop));

/** Another request has changed the order and still writes to it when the function does. */
const changedByOthers = (shop: Shop): Fault => {
  const change = async () => {
    const order = await shop.order('1001');
    await shop.makes([{ type: 'update-order', order: { ...order, version: order.version + 1 } }]);
  };
  return first(1, updatesOrder(shop), meanwhile(change, isContested(shop)));
};

const isContested = (shop: Shop): Fault =>
  cancelledWhere('TransactionConflict', ({ table }) => table === shop.tables.orders);

/** A product is lost from the shop when the first lines are reserved. */
const firstProductIsLost = (shop: Shop): Fault =>
  first(1, isTransaction, async (answer) => {
    const answered = await answer();
    await shop.loses('products', FIRST);
    return answered;
  });

const partOf = (items: Basket) =>
  httpEvent({
    path: orderPath,
    headers: { 'idempotency-key': 'k1' },
    json: { items: linesOf(items) },
  });

const placesLargeOrder = httpEvent({ json: { id: '1001', items: linesOf(LARGE) } });

const NO_FAILURES = { batchItemFailures: [] };

export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'create-product': [
    {
      title: 'opens a product with its stock',
      event: httpEvent({ json: { id: 'tea', name: 'Tea', stockQuantity: 10 } }),
      answers: 201,
    },
    {
      title: 'is asked for the same product again',
      given: sellsTea,
      event: httpEvent({ json: { id: 'tea', name: 'tea', stockQuantity: 10 } }),
      answers: 200,
    },
    {
      title: 'finishes first what was left of deleting a product of the same id',
      given: async (shop) => {
        await sellsTea(shop);
        await deleteProduct('tea', portsFor(shop, 1));
      },
      event: httpEvent({ json: { id: 'tea', name: 'Tea', stockQuantity: 10 } }),
      answers: 201,
    },
  ],

  'list-products': [{ title: 'lists products', given: sellsTea, event: httpEvent(), answers: 200 }],

  'get-product': [
    {
      title: 'shows a product',
      given: sellsTea,
      event: httpEvent({ path: productPath }),
      answers: 200,
    },
  ],

  'update-product': [
    {
      title: 'changes what is said about a product',
      given: sellsTea,
      event: httpEvent({ path: productPath, json: { name: 'Green tea', closed: true } }),
      answers: 200,
    },
  ],

  'delete-product': [
    {
      title: 'deletes a product and its movements',
      given: sellsTea,
      event: httpEvent({ path: productPath }),
      answers: 204,
    },
    {
      title: 'spares a product that an order holds',
      given: orderOfTwo,
      event: httpEvent({ path: productPath }),
      answers: 409,
    },
  ],

  'adjust-stock': [
    {
      title: 'changes the stock',
      given: sellsTea,
      event: httpEvent({ path: productPath, json: { quantity: 5 } }),
      answers: 201,
    },
    {
      title: 'takes out no more than there is',
      given: sellsTea,
      event: httpEvent({ path: productPath, json: { quantity: -50 } }),
      answers: 409,
    },
  ],

  'count-stock': [
    {
      title: 'sets the stock to what was counted',
      given: sellsTea,
      event: httpEvent({ path: productPath, json: { stockQuantity: 9 } }),
      answers: 200,
    },
    {
      title: 'finds no difference',
      given: sellsTea,
      event: httpEvent({ path: productPath, json: { stockQuantity: 10 } }),
      answers: 200,
    },
  ],

  'adjust-products': [
    {
      title: 'adjusts one product and counts another',
      given: sellsTea,
      event: httpEvent({
        json: {
          adjustments: [
            { productId: 'tea', quantity: -50 },
            { productId: 'mug', stockQuantity: 10 },
          ],
        },
      }),
      answers: 200,
    },
  ],

  'list-product-movements': [
    {
      title: 'lists the movements of a product',
      given: sellsTea,
      event: httpEvent({ path: productPath }),
      answers: 200,
    },
  ],

  'list-product-orders': [
    {
      title: 'lists the one order that holds a product',
      given: orderOfTwo,
      event: httpEvent({ path: productPath }),
      answers: 200,
    },
    {
      title: 'lists several orders, one of which has reserved twice',
      given: async (shop) => {
        await twoOrders(shop);
        await reservedTwice(shop);
      },
      event: httpEvent({ path: productPath }),
      answers: 200,
    },
  ],

  'call-off-product': [
    {
      title: 'calls off a product that one order holds',
      given: orderOfTwo,
      event: httpEvent({ path: productPath, json: { scope: 'line' } }),
      answers: 202,
    },
    {
      title: 'calls off lost goods that several orders hold, one of which has reserved twice',
      given: async (shop) => {
        await twoOrders(shop);
        await reservedTwice(shop);
      },
      event: httpEvent({ path: productPath, json: { scope: 'order', restock: false } }),
      answers: 202,
    },
  ],

  'place-order': [
    {
      title: 'places an order',
      given: sellsTea,
      event: httpEvent({ json: { items: linesOf({ tea: 2, mug: 1 }) } }),
      answers: 201,
    },
    {
      title: 'places a large order in several steps',
      given: (shop) => shop.sells(LARGE),
      event: placesLargeOrder,
      answers: 201,
    },
    {
      title: 'goes on with a large order that somebody else has taken on meanwhile',
      given: (shop) => shop.sells(LARGE),
      meanwhile: changedByOthers,
      event: placesLargeOrder,
      answers: 200,
    },
    {
      title: 'takes a large order back when a product runs short',
      given: sellsOut,
      event: placesLargeOrder,
      answers: 409,
    },
    {
      title: 'takes a large order back of which the ledger has a product already',
      given: async (shop) => {
        await sellsOut(shop);
        await isRecorded(shop, FIRST, 'order_1001_cancellation', 'restoration');
      },
      event: placesLargeOrder,
      answers: 409,
    },
    {
      title: 'takes a large order back of which a product is lost meanwhile',
      given: sellsOut,
      meanwhile: firstProductIsLost,
      event: placesLargeOrder,
      answers: 409,
    },
  ],

  'list-orders': [
    {
      title: 'lists the one order there is',
      given: orderOfTwo,
      event: httpEvent({ query: { status: 'pending' } }),
      answers: 200,
    },
    { title: 'lists many orders', given: twoOrders, event: httpEvent(), answers: 200 },
  ],

  'get-order': [
    {
      title: 'shows an order',
      given: orderOfTwo,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'delete-order': [
    {
      title: 'deletes a cancelled order and its movements',
      given: async (shop) => {
        await orderOfTwo(shop);
        await shop.cancels('1001');
      },
      event: httpEvent({ path: orderPath }),
      answers: 204,
    },
    {
      title: 'deletes a cancelled order of which a product is lost',
      given: async (shop) => {
        await orderOfTwo(shop);
        await shop.cancels('1001');
        await shop.loses('products', 'tea');
      },
      event: httpEvent({ path: orderPath }),
      answers: 204,
    },
    {
      title: 'deletes a large order in several steps',
      given: async (shop) => {
        await largeOrder(shop);
        await shop.cancels('1001');
      },
      event: httpEvent({ path: orderPath }),
      answers: 204,
    },
  ],

  'list-order-movements': [
    {
      title: 'lists the movements of an order',
      given: orderOfTwo,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'confirm-order': [
    {
      title: 'confirms an order',
      given: orderOfTwo,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'looks at the order again when somebody else is at it, too',
      given: orderOfTwo,
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'ship-order': [
    {
      title: 'ships a part of an order',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed');
      },
      event: partOf({ tea: 1 }),
      answers: 200,
    },
    {
      title: 'ships an order',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed');
      },
      meanwhile: changedByOthers,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'ships an order of which the ledger has a product already',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed');
        await teaIsRecorded(shop, 'order_1001_shipment', 'adjustment');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'ships an order of which a product is lost',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed');
        await shop.loses('products', 'tea');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'ships a large order in several steps',
      given: async (shop) => {
        await largeOrder(shop);
        await takenTo(shop, 'confirmed');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'amend-order': [
    {
      title: 'gives an order other metadata',
      given: orderOfTwo,
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath, json: { metadata: { till: '4' } } }),
      answers: 200,
    },
  ],

  'lock-order': [
    {
      title: 'takes an order in hand',
      given: orderOfTwo,
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'unlock-order': [
    {
      title: 'lets go of an order',
      given: async (shop) => {
        await orderOfTwo(shop);
        await lockOrder('1001', undefined, forEver(shop));
      },
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'return-order': [
    {
      title: 'takes back what was shipped',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed', 'shipped');
      },
      event: partOf({ tea: 1 }),
      answers: 200,
    },
    {
      title: 'takes back what was shipped and of which the ledger knows already',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed', 'shipped');
        await teaIsRecorded(shop, 'order_1001_return_k1', 'adjustment');
      },
      event: partOf({ tea: 1 }),
      answers: 200,
    },
    {
      title: 'takes back what was shipped of a product that is lost',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed', 'shipped');
        await shop.loses('products', 'tea');
      },
      event: partOf({ tea: 1 }),
      answers: 200,
    },
  ],

  'reinstate-order': [
    {
      title: 'takes a cancellation back in its grace',
      given: async (shop) => {
        await orderOfTwo(shop);
        await shop.cancels('1001', { graceSeconds: 60 });
      },
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'reserves a large order again in several steps, which somebody else changes meanwhile',
      given: async (shop) => {
        await largeOrder(shop);
        await shop.cancels('1001');
      },
      meanwhile: changedByOthers,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'releases first what an interrupted cancellation left',
      given: async (shop) => {
        await largeOrder(shop);
        await shop.cancels('1001', portsFor(shop, 1));
        await isRecorded(shop, LAST, 'order_1001_cancellation', 'restoration');
      },
      event: httpEvent({ path: orderPath }),
      answers: 409,
    },
    {
      title: 'tells everything that a large order lacks',
      given: async (shop) => {
        await largeOrder(shop);
        await shop.cancels('1001');
        await adjustStock({ productId: FIRST, quantity: -1, referenceId: 'sold' }, forEver(shop));
      },
      event: httpEvent({ path: orderPath }),
      answers: 409,
    },
    {
      title: 'gives a large order up of which a product runs short, and another is lost',
      given: async (shop) => {
        await largeOrder(shop);
        await shop.cancels('1001');
        await adjustStock({ productId: LAST, quantity: -1, referenceId: 'sold' }, forEver(shop));
      },
      meanwhile: firstProductIsLost,
      event: httpEvent({ path: orderPath }),
      answers: 409,
    },
  ],

  'deliver-order': [
    {
      title: 'delivers an order',
      given: async (shop) => {
        await orderOfTwo(shop);
        await takenTo(shop, 'confirmed', 'shipped');
      },
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'books out first what an interrupted shipment left',
      given: halfShippedOrder,
      meanwhile: changedByOthers,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title:
        'books out what an interrupted shipment left of which the ledger has a product already',
      given: async (shop) => {
        await halfShippedOrder(shop);
        await isRecorded(shop, LAST, 'order_1001_shipment', 'adjustment');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'books out what an interrupted shipment left of a product that is lost',
      given: async (shop) => {
        await halfShippedOrder(shop);
        await shop.loses('products', LAST);
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
  ],

  'cancel-order': [
    {
      title: 'tells what a cancellation would do',
      given: orderOfTwo,
      event: httpEvent({ path: orderPath, json: { dryRun: true } }),
      answers: 200,
    },
    {
      title: 'cancels an order',
      given: orderOfTwo,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'looks at the order again when somebody else is at it, too',
      given: orderOfTwo,
      meanwhile: conflictOnOrder,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'cancels an order of which the ledger has a product already',
      given: async (shop) => {
        await orderOfTwo(shop);
        await teaIsRecorded(shop, 'order_1001_cancellation', 'restoration');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'cancels an order of which a product is lost',
      given: async (shop) => {
        await orderOfTwo(shop);
        await shop.loses('products', 'tea');
      },
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'cancels a large order in several steps, which somebody else changes meanwhile',
      given: largeOrder,
      meanwhile: changedByOthers,
      event: httpEvent({ path: orderPath }),
      answers: 200,
    },
    {
      title: 'hands over to the queue what it does not get done in time',
      given: orderOfTwo,
      meanwhile: (_, invocation) =>
        always(
          isTransaction,
          meanwhile(invocation.timeIsUp, cancelledWhere('TransactionConflict')),
        ),
      event: httpEvent({ path: orderPath }),
      answers: 202,
    },
    {
      title: 'hands over a write-off that it does not get done in time',
      given: orderOfTwo,
      meanwhile: (_, invocation) =>
        always(
          isTransaction,
          meanwhile(invocation.timeIsUp, cancelledWhere('TransactionConflict')),
        ),
      event: httpEvent({ path: orderPath, json: { restock: false } }),
      answers: 202,
    },
    {
      title: 'cancels a part of an order',
      given: orderOfTwo,
      event: partOf({ tea: 1 }),
      answers: 200,
    },
    {
      title: 'is asked again to cancel a part of which the product is lost',
      given: partOfLostProductCancelled,
      event: partOf({ tea: 1 }),
      answers: 200,
    },
  ],

  'list-movements': [
    {
      title: 'lists the movements of a cause',
      given: orderOfTwo,
      event: httpEvent({ query: { referenceId: 'order_1001' } }),
      answers: 200,
    },
  ],

  'create-batch': [
    {
      title: 'tells what would become of an order, and of many',
      given: twoOrders,
      event: httpEvent({ json: { orderIds: ['1001'], dryRun: true } }),
      answers: 200,
    },
    {
      title: 'tells what would become of many orders',
      given: twoOrders,
      event: httpEvent({ json: { orderIds: ['1001', '1002'], dryRun: true } }),
      answers: 200,
    },
    {
      title: 'puts orders on the queue',
      given: twoOrders,
      event: httpEvent({ json: { orderIds: ['1001', '1002'] } }),
      answers: 202,
    },
    {
      title: 'puts orders on the queue of write-offs',
      given: twoOrders,
      event: httpEvent({ json: { orderIds: ['1001', '1002'], restock: false } }),
      answers: 202,
    },
  ],

  'get-batch': [
    {
      title: 'shows how far a batch of one order is',
      given: (shop) => batchOf(shop, '1001'),
      event: httpEvent({ path: { batchId: 'b1' } }),
      answers: 200,
    },
    {
      title: 'shows how far a batch of many orders is',
      given: (shop) => batchOf(shop, '1001', '1002'),
      event: httpEvent({ path: { batchId: 'b1' } }),
      answers: 200,
    },
    {
      title: 'shows how far a call-off is, one of whose orders has reserved twice',
      given: async (shop) => {
        await twoOrders(shop);
        await reservedTwice(shop);
        await teaIsCalledOff(shop);
      },
      event: httpEvent({ path: { batchId: 'b1' } }),
      answers: 200,
    },
  ],

  'cancel-orders': [
    {
      title: 'cancels an order that somebody else changes meanwhile',
      given: orderOfTwo,
      meanwhile: changedByOthers,
      event: sqsEvent({ orderId: '1001' }),
      answers: NO_FAILURES,
    },
    {
      title: 'cancels many orders, and looks again at those that somebody else is at',
      given: twoOrders,
      meanwhile: conflictOnOrder,
      event: sqsEvent({ orderId: '1001' }, { orderId: '1002' }),
      answers: NO_FAILURES,
    },
    {
      title: 'cancels orders of which a product is lost',
      given: async (shop) => {
        await twoOrders(shop);
        await shop.loses('products', 'tea');
      },
      event: sqsEvent({ orderId: '1001' }, { orderId: '1002' }),
      answers: NO_FAILURES,
    },
    {
      title: 'cancels an order of which the ledger has a product already',
      given: async (shop) => {
        await orderOfTwo(shop);
        await teaIsRecorded(shop, 'order_1001_cancellation', 'restoration');
      },
      event: sqsEvent({ orderId: '1001' }),
      answers: NO_FAILURES,
    },
    {
      title: 'takes turns with other workers when there is much to write',
      given: async (shop) => {
        await shop.sells({ tea: 1_000 });
        await shop.hasOrders(Object.fromEntries(MANY.map((id) => [id, { tea: 1 }])));
      },
      event: sqsEvent(...MANY.map((orderId) => ({ orderId }))),
      answers: NO_FAILURES,
    },
    {
      title: 'carries a call-off on',
      given: async (shop) => {
        await orderOfTwo(shop);
        await teaIsCalledOff(shop);
      },
      event: sqsEvent({ callOff: 'b1' }),
      answers: NO_FAILURES,
    },
    {
      title: 'takes units for a call-off that may take only so many',
      given: async (shop) => {
        await orderOfTwo(shop);
        await teaIsCalledOff(shop, 1);
      },
      event: sqsEvent({ callOff: 'b1' }),
      answers: NO_FAILURES,
    },
    {
      title: 'gives back a message whose order is not there yet',
      event: sqsEvent({ orderId: '1001' }),
      answers: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
    },
    {
      title: 'gives back a write-off whose order is not there yet',
      event: fromQueue(
        'countermand-local-write-offs',
        sqsEvent({ orderId: '1001', restock: false }),
      ),
      answers: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
    },
  ],

  'sweep-orders': [
    {
      title: 'cancels an order that has expired',
      given: async (shop) => {
        await sellsTea(shop);
        await placeOrder(
          { id: '1001', items: linesOf({ tea: 2 }), expiresAt: EARLIER },
          forEver(shop),
        );
      },
      meanwhile: changedByOthers,
      event: {},
      answers: undefined,
    },
    {
      title: 'cancels many orders that have expired, of which a product is lost',
      given: async (shop) => {
        await sellsTea(shop);
        for (const id of ['1001', '1002']) {
          await placeOrder({ id, items: linesOf({ tea: 2 }), expiresAt: EARLIER }, forEver(shop));
        }
        await teaIsRecorded(shop, 'order_1001_cancellation', 'restoration');
        await shop.loses('products', 'tea');
      },
      event: {},
      answers: undefined,
    },
    {
      title:
        'clears away an order that was interrupted while it was being placed, of which a product is lost',
      given: async (shop) => {
        await halfPlacedOrder(shop);
        await shop.loses('products', FIRST);
        await wasInterrupted(shop);
      },
      event: {},
      answers: undefined,
    },
  ],

  'publish-events': [
    {
      title: 'tells the bus that an order was placed',
      // It reads no table. Their names tell it what a record is about.
      settings: { ORDERS_TABLE: TABLES.orders, PRODUCTS_TABLE: TABLES.products },
      event: { Records: [orderRecord({ after: anOrder('1001', { tea: 2 }) })] },
      answers: NO_FAILURES,
    },
  ],

  'audit-shop': [
    {
      title: 'finds a product whose counters are wrong, and reads its orders and movements again',
      given: async (shop) => {
        await twoOrders(shop);
        await shop.tampersWith('products', 'tea', { reservedQuantity: 4, availableQuantity: 6 });
      },
      event: {},
      answers: undefined,
    },
    {
      title: 'finds a wrong product that has one movement only, and an order that is lost',
      given: async (shop) => {
        await orderOfTwo(shop);
        await shop.sells({ pot: 10 });
        await shop.tampersWith('products', 'pot', { stockQuantity: 9, availableQuantity: 9 });
        await shop.loses('orders', '1001');
      },
      event: {},
      answers: undefined,
    },
  ],

  'get-health': [{ title: 'answers', event: httpEvent(), answers: 200 }],
  'get-openapi': [{ title: 'answers', event: httpEvent(), answers: 200 }],
  'get-docs': [{ title: 'answers', event: httpEvent(), answers: 200 }],
  'get-docs-script': [{ title: 'answers', event: httpEvent(), answers: 200 }],
  'redirect-to-docs': [{ title: 'leads to the page', event: httpEvent(), answers: 302 }],
  'refuse-unknown-route': [
    { title: 'refuses', event: { ...httpEvent(), rawPath: '/nowhere' }, answers: 404 },
  ],
};
