/** The least time in which workers can cancel what is on the queue, in the slow shop. */
import type { NewOrder } from '../../lib/domain/placement.ts';
import { COMMIT_CAPACITY } from '../../lib/use-cases/ports.ts';
import { BATCH_READ_MS, transactionsMs } from './aws-latency.ts';
import { THINKING_MS } from './slow-shop.ts';

/** Transactions that a worker has in flight at the same time. */
const IN_FLIGHT = 16;

/** How a worker goes about a batch; `decideFirst` if it decides all orders before it writes one. */
export type Scheme = { readonly decideFirst?: boolean };

/**
 * A lower bound for every scheme that stores orders, movements and counters, that reads an order
 * before it writes it, and in which a worker has one batch at a time and writes it in transactions
 * of at most 100 actions, 16 of them in flight. In milliseconds. No scheme has to reach it, because
 * it asks for each product alone, and groups that share a product write it once in each group.
 *
 * - Transactions that write the same product go one after the other, whoever sends them.
 * - A batch takes a worker at least as long as `leastFor`, and workers can only share batches.
 */
export const makespanBound = (
  batches: readonly (readonly NewOrder[])[],
  workers: number,
  scheme: Scheme = {},
): number => {
  const alone = batches.map((batch) => leastFor(batch, scheme));
  const sum = alone.reduce((total, milliseconds) => total + milliseconds, 0);
  const firstWrite = Math.min(...batches.map((batch) => firstWriteOf(batch, scheme)));
  return Math.max(firstWrite + longestChain(batches), sum / workers, ...alone);
};

/** When the first order of a batch can be written, after it is read and decided. */
const firstWriteOf = ({ length }: readonly NewOrder[], { decideFirst = false }: Scheme): number =>
  BATCH_READ_MS + THINKING_MS * (decideFirst ? length : 1);

/**
 * What a batch takes one worker at least: its longest chain, or all its transactions divided by
 * those in flight, or deciding all orders and then writing the last one.
 */
const leastFor = (batch: readonly NewOrder[], scheme: Scheme): number => {
  const actions = actionsOf(batch);
  const transactions = Math.ceil(actions / COMMIT_CAPACITY.actions);
  const smallest = Math.min(...batch.map((order) => actionsOf([order])));
  const firstWrite = firstWriteOf(batch, scheme);
  return Math.max(
    firstWrite + longestChain([batch]),
    firstWrite + transactionsMs(transactions, actions) / IN_FLIGHT,
    firstWriteOf(batch, { decideFirst: true }) + transactionsMs(1, smallest),
  );
};

/** Every order, the movement of every line, and every product are written at least once. */
const actionsOf = (orders: readonly NewOrder[]): number => {
  const products = orders.flatMap(({ items }) => items.map(({ productId }) => productId));
  return orders.length + products.length + new Set(products).size;
};

/** The longest time in which transactions that write the same product go one after the other. */
const longestChain = (batches: readonly (readonly NewOrder[])[]): number => {
  const chains = new Map<string, number>();
  for (const [product, orders] of batches.flatMap((batch) => [...ordersByProduct(batch)])) {
    // Each of these transactions writes the product, and has room for one action less.
    const others = actionsOf(orders) - 1;
    const transactions = Math.ceil(others / (COMMIT_CAPACITY.actions - 1));
    const chain = transactionsMs(transactions, others + transactions);
    chains.set(product, (chains.get(product) ?? 0) + chain);
  }
  return Math.max(...chains.values());
};

const ordersByProduct = (orders: readonly NewOrder[]): Map<string, NewOrder[]> => {
  const found = new Map<string, NewOrder[]>();
  for (const order of orders) {
    for (const { productId } of order.items) {
      found.set(productId, [...(found.get(productId) ?? []), order]);
    }
  }
  return found;
};
