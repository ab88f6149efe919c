/** What a few bad orders cost the good ones that travel with them. */

import type { NewOrder } from '../lib/domain/order.ts';
import { seededRandom } from '../lib/seeded-random.ts';
import type { CancellationResult } from '../lib/use-cases/cancel-orders.ts';
import type { Store } from '../lib/use-cases/ports.ts';
import type { Infrastructure } from '../local/infrastructure.ts';
import { costOf } from '../test/support/cost.ts';
import { ordersOf, type Workload } from '../test/support/workloads.ts';
import { type Books, readBooks, requireLaws, requireSame, sum } from './check.ts';
import type { Place } from './places.ts';
import { choosePoison, moveTo, POISONS, type Poisoned, poison } from './poison.ts';
import { openShop } from './shop.ts';
import { fillShop } from './stock.ts';
import { cancelAll, grouped } from './strategies.ts';
import { listen } from './wire.ts';

const SHARE = 0.05;

export type PoisonedRun = {
  readonly workload: Workload;
  readonly orders: number;
  readonly batchSize: number;
  /** How many orders have something wrong, by what it is. */
  readonly poisoned: Readonly<Record<(typeof POISONS)[number], number>>;
  /** Transactions that were sent, with those that came to nothing. */
  readonly transactions: number;
  /** The same for the same orders with nothing wrong. */
  readonly transactionsWithout: number;
  readonly ratio: number;
};

/**
 * Cancels the same orders twice, with and without something wrong with a few of them.
 *
 * @throws Error when any order, product or movement is not as it has to be afterwards
 */
export const measurePoisoned = async (
  place: Place,
  infrastructure: Infrastructure,
  {
    workload,
    orders: count,
    batchSize,
    seed,
  }: Pick<PoisonedRun, 'workload' | 'orders' | 'batchSize'> & { readonly seed: number },
): Promise<PoisonedRun> => {
  const orders = ordersOf(workload, count, seed);
  const poisoned = choosePoison(orders, SHARE, seededRandom(seed));
  const run = async (bad: Poisoned): Promise<number> => {
    const shop = await openShop(place.engineEndpoint, infrastructure);
    try {
      await fillShop(
        shop.direct.store,
        orders.filter(({ id }) => !bad.unknown.includes(id)),
      );
      await poison(shop, orders, bad);
      const before = await readBooks(shop);
      const { client, store } = shop.through(place.engineEndpoint);
      const attempts = listen(client);
      const results = await cancelAll(
        orders.map(({ id }) => id),
        grouped(batchSize),
        changingMeanwhile(store, bad.changed, (id) => moveTo(shop, id, 'confirmed')),
      );
      requireAllRight(orders, bad, results, before, await readBooks(shop));
      return costOf(attempts, shop.tables).transactions;
    } finally {
      await shop.close();
    }
  };
  const transactionsWithout = await run(choosePoison(orders, 0, seededRandom(seed)));
  const transactions = await run(poisoned);
  return {
    workload,
    orders: count,
    batchSize,
    poisoned: Object.fromEntries(
      POISONS.map((kind) => [kind, poisoned[kind].length]),
    ) as PoisonedRun['poisoned'],
    transactions,
    transactionsWithout,
    ratio: transactions / transactionsWithout,
  };
};

/** A store in which some orders change as soon as they have been read. */
const changingMeanwhile = (
  store: Store,
  orderIds: readonly string[],
  change: (orderId: string) => Promise<void>,
): Store => ({
  ...store,
  getOrders: async (ids, remaining) => {
    const orders = await store.getOrders(ids, remaining);
    for (const id of orderIds.filter((one) => ids.includes(one))) await change(id);
    return orders;
  },
});

/** Works out what has to be there from the orders and what was wrong with them, and compares. */
const requireAllRight = (
  orders: readonly NewOrder[],
  bad: Poisoned,
  results: readonly CancellationResult[],
  before: Books,
  after: Books,
): void => {
  requireLaws(after);
  const [unknown, shipped] = [new Set(bad.unknown), new Set(bad.shipped)];
  const outcome = (id: string): CancellationResult['outcome'] => {
    if (unknown.has(id)) return 'not_found';
    return shipped.has(id) ? 'not_cancellable' : 'cancelled';
  };
  requireSame(
    'What callers were told',
    orders.map(({ id }) => [id, outcome(id)]),
    results.map((result) => [result.orderId, result.outcome]),
  );
  const gone = new Set(bad.goneProducts);
  const recorded = new Set(bad.recorded);
  const restored = orders
    .filter(({ id }) => outcome(id) === 'cancelled')
    .flatMap(({ id, items }) => items.map((line) => ({ id, ...line })))
    .filter(({ productId }) => !gone.has(productId));
  const key = (id: string, productId: string, quantity: number) => `${id} ${productId} ${quantity}`;
  requireSame(
    'Restorations',
    restored.map(({ id, productId, quantity }) => key(id, productId, quantity)).sort(),
    after.movements
      .filter(({ movementType }) => movementType === 'restoration')
      .map(({ orderId = '', productId, quantity }) => key(orderId, productId, quantity))
      .sort(),
  );
  requireSame('Stock', before.products.map(stockOf).sort(), after.products.map(stockOf).sort());
  requireSame(
    'Reserved',
    0,
    sum(after.products, ({ reservedQuantity }) => reservedQuantity),
  );
  const held = sum(
    orders.filter(({ id }) => outcome(id) === 'cancelled'),
    ({ id, items }) =>
      sum(items, ({ quantity }) => quantity) - (recorded.has(id) ? (items[0]?.quantity ?? 0) : 0),
  );
  const reserved = sum(before.products, ({ reservedQuantity }) => reservedQuantity);
  requireSame(
    'Drift',
    held - reserved,
    sum(results, (result) => ('drift' in result ? result.drift : 0)),
  );
};

const stockOf = ({ id, stockQuantity }: Books['products'][number]): string =>
  `${id} ${stockQuantity}`;
