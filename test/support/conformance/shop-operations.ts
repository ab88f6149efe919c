/** Random operations on a shop: commits as lib/dynamodb sends them, and all reads of its store. */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import fc, { type Arbitrary } from 'fast-check';
import type { Change } from '../../../lib/domain/change.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { MOVEMENT_TYPES } from '../../../lib/domain/stock-movement.ts';
import type { Database } from '../../../lib/dynamodb/database.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { toAction } from '../../../lib/dynamodb/transaction.ts';
import type {
  IndexPosition,
  MovementPosition,
  Page,
  ProductPosition,
  Store,
} from '../../../lib/use-cases/ports.ts';
import { type Outcome, toError } from './outcomes.ts';
import {
  BATCHES,
  CAUSES,
  itemOf,
  ORDERS,
  PRODUCTS,
  someTime,
  type Wish,
  wish,
} from './shop-changes.ts';

/** A read, and its name for the message of a failure. */
export type Read = {
  readonly type: 'read';
  readonly name: string;
  readonly from: (store: Store) => Promise<unknown>;
};

/**
 * A commit: `new`, the last one once more (`again`), or with the token of the last one for other
 * changes (`taken`).
 */
export type Write = {
  readonly type: 'write';
  readonly wishes: readonly Wish[];
  readonly token: 'new' | 'again' | 'taken';
};

export type ShopOperation = Read | Write;

/** Longer than any read takes. */
const remaining = (): number => 60_000;

const ids = (known: readonly string[]): Arbitrary<string[]> =>
  fc.subarray([...known, 'nobody'], { minLength: 1 });

const one = (known: readonly string[]): Arbitrary<string> => fc.constantFrom(...known, 'nobody');

const limit = fc.integer({ min: 1, max: 4 });

const someType = fc.option(fc.constantFrom(...MOVEMENT_TYPES), { nil: undefined });

const read = <Args>(
  name: string,
  args: Arbitrary<Args>,
  from: (store: Store, args: Args) => Promise<unknown>,
): Arbitrary<Read> =>
  args.map((given) => ({
    type: 'read',
    name: `${name} ${JSON.stringify(given)}`,
    from: (store) => from(store, given),
  }));

const all = async <Item>(parts: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const part of parts) found.push(part);
  return found;
};

/** All pages of a list. */
const pages = async <Item, Position>(
  ask: (after?: Position) => Promise<Page<Item, Position>>,
): Promise<readonly Page<Item, Position>[]> => {
  const found = [await ask()];
  for (let next = found[0]?.next; next !== undefined; next = found.at(-1)?.next) {
    found.push(await ask(next));
  }
  return found;
};

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => (a.id < b.id ? -1 : 1));

const sorted = <Value>(found: ReadonlyMap<string, Value>): [string, Value][] =>
  [...found].sort(([a], [b]) => (a < b ? -1 : 1));

const READS: readonly Arbitrary<Read>[] = [
  read('getOrder', one(ORDERS), (store, id) => store.getOrder(id, remaining)),
  read('getOrders', ids(ORDERS), async (store, some) =>
    sorted(await store.getOrders(some, remaining)),
  ),
  read('getOrderStates', ids(ORDERS), async (store, some) =>
    sorted(await store.getOrderStates(some, remaining)),
  ),
  read(
    'ordersByStatus',
    fc.record({ statuses: fc.subarray([...ORDER_STATUSES], { minLength: 1 }), limit }),
    (store, { statuses, limit: size }) =>
      pages((after?: IndexPosition) =>
        store.ordersByStatus(statuses, { limit: size, after, remaining }),
      ),
  ),
  read('ordersDue', someTime, async (store, by) =>
    (await all(store.ordersDue(by, remaining))).flat().sort(),
  ),
  read('getProduct', one(PRODUCTS), (store, id) => store.getProduct(id, remaining)),
  read('getRetiredProduct', one(PRODUCTS), (store, id) => store.getRetiredProduct(id, remaining)),
  // The sequence of a scan is arbitrary, and so is what stands on which page.
  read('listProducts', limit, async (store, size) =>
    byId(
      (
        await pages((after?: ProductPosition) =>
          store.listProducts({ limit: size, after, remaining }),
        )
      ).flatMap(({ items }) => items),
    ),
  ),
  read(
    'getMovement',
    fc.record({
      referenceId: one(CAUSES),
      type: fc.constantFrom(...MOVEMENT_TYPES),
      id: one(PRODUCTS),
    }),
    (store, { referenceId, type, id }) =>
      store.getMovement({ referenceId, entry: `${type}#${id}` }, remaining),
  ),
  read(
    'movementsOfProduct',
    fc.record({ id: one(PRODUCTS), limit, movementType: someType }),
    (store, { id, ...reading }) =>
      pages((after?: IndexPosition) =>
        store.movementsOfProduct(id, { ...reading, after, remaining }),
      ),
  ),
  read(
    'movementsOfReferences',
    fc.record({ some: ids(CAUSES), limit, movementType: someType }),
    (store, { some, ...reading }) =>
      pages((after?: MovementPosition) =>
        store.movementsOfReferences(some, { ...reading, after, remaining }),
      ),
  ),
  read('readMovementsOfReferences', ids(CAUSES), (store, some) =>
    all(store.readMovementsOfReferences(some, remaining)),
  ),
  read('getBatch', one(BATCHES), (store, id) => store.getBatch(id, remaining)),
];

/** Changes of one commit, of different items. Few succeed more often than many. */
const changes = (maxLength: number) =>
  fc.uniqueArray(wish, { minLength: 1, maxLength, selector: ({ change }) => itemOf(change) });

const wishes = fc.oneof(
  { weight: 8, arbitrary: changes(2) },
  { weight: 4, arbitrary: changes(6) },
  fc.array(wish, { minLength: 2, maxLength: 4 }),
);

const write: Arbitrary<Write> = fc.record({
  type: fc.constant('write'),
  wishes,
  token: fc.oneof(
    { weight: 8, arbitrary: fc.constant('new') },
    fc.constant('again'),
    fc.constant('taken'),
  ),
});

export const shopOperations = (size: number): Arbitrary<ShopOperation[]> =>
  fc.array(
    fc.oneof<{ arbitrary: Arbitrary<ShopOperation>; weight: number }[]>(
      { weight: 3, arbitrary: write },
      { weight: 1, arbitrary: fc.oneof(...READS) },
    ),
    { minLength: size, maxLength: size },
  );

export type Commit = { readonly changes: readonly Change[]; readonly token: string };

/** What DynamoDB answers to a commit. */
export const commitTo = async (
  { client, tables }: Database,
  { changes, token }: Commit,
): Promise<Outcome> => {
  const command = new TransactWriteCommand({
    TransactItems: changes.map((change) => toAction(change, tables, token)),
    ClientRequestToken: token,
  });
  try {
    await client.send(command);
    return { answer: {} };
  } catch (error) {
    return toError(error);
  }
};

/** What a read of the store returns. */
export const readFrom = async (
  { client, tables, runtime }: Database,
  { from }: Read,
): Promise<unknown> => from(createStore(client, tables, runtime));
