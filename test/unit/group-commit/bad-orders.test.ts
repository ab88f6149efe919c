/** What a few bad orders in a batch cost the good ones. The orders come from a fixed seed. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import type { CancellationResult } from '../../../lib/use-cases/cancel-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aMovement, asPlaced, EARLIER } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { type Fault, noFault } from '../../support/faults.ts';
import { restoration } from '../../support/movements.ts';
import { ordersOf, type Workload } from '../../support/workloads.ts';

const BATCH = 1_000;
const SEED = 1;

/** One order in twenty is bad. */
const EVERY = 20;

/**
 * - `unknown`: the order does not exist.
 * - `shipped`: the order is shipped.
 * - `changed`: another request confirms the order between the read and the write.
 * - `recorded`: the ledger has the first restoration of the order already.
 * - `short`: nothing is reserved of the rarest product of the order.
 * - `gone`: the rarest product of the order does not exist any more.
 */
const ANY_PRODUCT = ['unknown', 'shipped', 'changed', 'recorded'] as const;
const KINDS = [...ANY_PRODUCT, 'short', 'gone'] as const;
type Kind = (typeof KINDS)[number];

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const unitsOf = (productId: string, orders: readonly Order[]): number =>
  sum(
    orders.flatMap(({ items }) =>
      items.filter((line) => line.productId === productId).map(({ quantity }) => quantity),
    ),
  );

const rarestOf = ({ items }: Order, orders: readonly Order[]): string =>
  items
    .map(({ productId }) => productId)
    .toSorted((a, b) => unitsOf(a, orders) - unitsOf(b, orders))[0] ?? '';

/** A shop with these bad orders. */
const shopWith = async (
  orders: readonly Order[],
  bad: ReadonlyMap<string, Kind>,
): Promise<FakeShop> => {
  const are = (kind: Kind): Order[] => orders.filter(({ id }) => bad.get(id) === kind);
  const placed = orders.filter((order) => !are('unknown').includes(order));
  const shop = openShop({ orders: placed });
  const lower = async (productId: string, quantity: number): Promise<void> => {
    const product = await shop.product(productId);
    const reservedQuantity = product.reservedQuantity - quantity;
    await shop.stocks({
      ...product,
      reservedQuantity,
      availableQuantity: product.stockQuantity - reservedQuantity,
    });
  };
  for (const { id } of are('shipped')) {
    await transitionOrder(id, 'confirmed', shop.ports());
    await transitionOrder(id, 'shipped', shop.ports());
  }
  for (const { id, items } of are('recorded')) {
    for (const { productId, quantity } of items.slice(0, 1)) {
      await shop.records(restoration(id, { productId, quantity }, quantity, EARLIER));
      await lower(productId, quantity);
    }
  }
  for (const productId of new Set(are('short').map((order) => rarestOf(order, orders)))) {
    const lost = (await shop.product(productId)).reservedQuantity;
    const entry = { referenceId: 'theft', productId, quantity: -lost, reservedDelta: -lost };
    await shop.records(aMovement({ ...entry, stockDelta: 0 }));
    await lower(productId, lost);
  }
  for (const order of are('gone')) await shop.loses('products', rarestOf(order, orders));
  const changedMeanwhile: Fault = async (answer) => {
    const read = answer();
    for (const { id } of are('changed')) {
      await shop.has({ ...(await shop.order(id)), status: 'confirmed', version: 2 });
    }
    return read;
  };
  // After all reads: each batch read takes 100 orders.
  const reads = Array.from({ length: BATCH / 100 - 1 }, () => noFault);
  shop.wire.next('BatchGetItem', ...reads, changedMeanwhile);
  return shop;
};

const cancel = async (shop: FakeShop, orders: readonly Order[]) => {
  const before = shop.wire.writes().length;
  const results = await shop.cancelsAll(orders.map(({ id }) => id));
  return { results, transactions: shop.wire.writes().length - before };
};

describe.each<{ workload: Workload; kinds: readonly Kind[]; atMost: number }>([
  { workload: 'zipf', kinds: KINDS, atMost: 1.5 },
  // 49 orders share a transaction. With bad orders spread evenly, most transactions have one that
  // only they can find.
  { workload: 'hot', kinds: ANY_PRODUCT, atMost: 1.77 },
])('Cancelling 1,000 $workload orders, of which 1 in 20 is bad', ({ workload, kinds, atMost }) => {
  const orders = ordersOf(workload, BATCH, SEED).map(asPlaced);
  const bad = new Map(
    orders
      .filter((_, index) => index % EVERY === 0)
      .map(({ id }, index) => [id, kinds[index % kinds.length] as Kind]),
  );
  let shop: FakeShop;
  let results: CancellationResult[];
  let ratio: number;

  beforeAll(async () => {
    const clean = await cancel(openShop({ orders }), orders);
    shop = await shopWith(orders, bad);
    const run = await cancel(shop, orders);
    results = run.results;
    ratio = run.transactions / clean.transactions;
  });

  test(`sends at most ${atMost} times the transactions of a batch without bad orders`, () => {
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThanOrEqual(atMost);
  });

  test('answers not_found for unknown and not_cancellable for shipped orders, and cancels all others', () => {
    const outcomes: Partial<Record<Kind, string>> = {
      unknown: 'not_found',
      shipped: 'not_cancellable',
    };
    expect(results.map(({ orderId, outcome }) => [orderId, outcome])).toEqual(
      orders.map(({ id }) => [id, outcomes[bad.get(id) ?? 'recorded'] ?? 'cancelled']),
    );
  });

  test('keeps all laws', async () => {
    await expectLawsHold(shop);
  });
});
