/** What the streams tell of an import: what happened in another shop is no news here. */
import { expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { recordReader } from '../../../lib/event-bus/read-records.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { TABLES } from '../../support/builders.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { openShop } from '../../support/fake-shop.ts';
import { importsInto, railsExport } from '../../support/imports.ts';
import { PLACED, type RailsTables, withRailsTables } from '../../support/rails-tables.ts';
import { createStreams } from '../../support/streams.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const PRODUCTS = Array.from({ length: 120 }, (_, index) => index + 1);

/** Orders of 120 products in each status, and one of which a unit was restored while it is open. */
const STATUSES = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const;
const ORDERS = STATUSES.map((status, index) => ({ id: index + 1, status }));
const SHOP: RailsTables = {
  // Of the first product, nothing is left for others.
  products: PRODUCTS.map((id) => [id, `Product ${id}`, id === 1 ? 4 : 17, 4, PLACED]),
  orders: [
    ...ORDERS.map(({ id, status }) => [id, status, null, PLACED, PLACED]),
    [6, 'pending', null, PLACED, PLACED],
  ],
  movements: [
    ...ORDERS.flatMap(({ id: order, status }) =>
      PRODUCTS.flatMap((product) => [
        [`${order}${product}1`, product, order, 'reservation', -2, `order_${order}`, PLACED],
        ...(status === 'cancelled'
          ? [[`${order}${product}2`, product, order, 'restoration', 2, null, PLACED]]
          : []),
      ]),
    ),
    [1, 2, 6, 'reservation', -2, 'order_6', PLACED],
    [2, 2, 6, 'restoration', 1, null, PLACED],
  ],
};

/** A shop of which the streams are read. */
const openShopWithStreams = () => {
  const streams = createStreams();
  const db = createFakeDynamoDB(describeTables(), { committed: streams.committed });
  const shop = openShop({ db });
  const readRecords = recordReader({
    ORDERS_TABLE: TABLES.orders,
    PRODUCTS_TABLE: TABLES.products,
  });
  const imports = (store = shop.store) =>
    withRailsTables(SHOP, (folder) =>
      importsInto(
        shop,
        createClient(shop.wire.config),
        unitRuntime(),
      )(railsExport(folder), { shop: store, shippedGoods: 'left' }),
    );
  const events = () =>
    readRecords(streams.records).map(({ event, damage }) => {
      if (damage !== undefined) throw new Error(damage);
      return event;
    });
  const told = () => events().flatMap((event) => (event ? [`${event.type} ${event.subject}`] : []));
  return { shop, imports, events, told };
};

const IN_STOCK = PRODUCTS.filter((id) => id !== 1).map(
  (id) => `product.back_in_stock products/${id}`,
);

test('An import tells of no order, in whatever status and in however many transactions it comes in', async () => {
  const { imports, told } = openShopWithStreams();

  const { orders } = await imports();

  expect(orders).toEqual({ new: 6, same: 0, different: 0 });
  expect(told().filter((event) => event.includes('orders/'))).toEqual([]);
});

test('An import tells once of each product that has units available, and never that it has none left', async () => {
  const { imports, told } = openShopWithStreams();

  await imports();

  expect(told().sort()).toEqual([...IN_STOCK].sort());
});

test('An import that is killed again and again tells no more', async () => {
  const { shop, imports, told } = openShopWithStreams();
  let left = 0;
  const dying = {
    ...shop.store,
    commit: async (...call: Parameters<typeof shop.store.commit>) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return shop.store.commit(...call);
    },
  };
  for (let isDone = false; !isDone; ) {
    left = 13;
    isDone = await imports(dying).then(
      () => true,
      () => false,
    );
  }

  expect(told().sort()).toEqual([...IN_STOCK].sort());
});

test('What happens to an imported order later is told', async () => {
  const { shop, imports, events } = openShopWithStreams();
  await imports();
  const before = events().length;

  await shop.cancels('6');
  await adjustStock({ productId: '1', quantity: 2, referenceId: 'found' }, shop.ports());
  await reinstateOrder('5', {}, shop.ports());

  const later = events()
    .slice(before)
    .flatMap((event) => (event && 'order' in event.data ? [[event.type, event.data]] : []));
  expect(later).toEqual([
    [
      'order.cancelled',
      expect.objectContaining({
        referenceId: 'order_6_cancellation',
        units: [{ productId: '2', quantity: 1 }],
      }),
    ],
    ['order.reinstated', expect.objectContaining({ referenceId: 'order_5~2' })],
  ]);
});
