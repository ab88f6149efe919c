/** A shop on the fake DynamoDB, with data that keep all laws unless told otherwise. */
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { TABLES } from './builders.ts';
import { createFakeDynamoDB, type FakeDynamoDB } from './fake-dynamodb.ts';
import { createFakeWire, type FakeWire } from './fake-wire.ts';
import { type Fault, noFault } from './faults.ts';
import { furnishing, type Setting } from './furnishing.ts';
import { createShop, type Driver, judge, type Shop } from './shop.ts';
import { describeTables } from './table-descriptions.ts';
import { unitRuntime } from './unit-runtime.ts';

/** More milliseconds than any test takes. */
const PLENTY_MS = 60_000;

/** What only a shop on the fake has. */
export type FakeShop = Shop & {
  readonly db: FakeDynamoDB;
  /** The wire between the shop's store and its database. */
  readonly wire: FakeWire;
  /**
   * The next transactions meet these faults, one each. The laws are checked after each of them and
   * after each of the 100 that follow.
   *
   * @returns the violations so far; later ones are added to the same list
   */
  watches(faults: readonly Fault[]): readonly unknown[];
};

type FakeSetting = Setting & {
  readonly maxAttempts?: number;
  /** Settings of the tables that differ from the default. */
  readonly tables?: Partial<Tables>;
  /** The database of another shop, to continue with its data. */
  readonly db?: FakeDynamoDB;
};

/** The clock of the shop stands still, and its waits end at once. */
export const openShop = ({
  maxAttempts = 3,
  tables: settings = {},
  db = createFakeDynamoDB(describeTables()),
  ...setting
}: FakeSetting = {}): FakeShop => {
  const tables = { ...TABLES, ...settings };
  for (const [table, row] of furnishing(setting, tables)) db.put(table, row);
  const wire = createFakeWire(db);
  const store = createStore(createClient({ ...wire.config, maxAttempts }), tables, unitRuntime());
  const shop = createShop({
    ...rowsOf(db),
    tables,
    ports: () => ({ store, remaining: () => PLENTY_MS, runtime: unitRuntime() }),
  });

  const violations = (): readonly unknown[] =>
    judge({
      products: db.rows(tables.products),
      orders: db.rows(tables.orders),
      movements: db.rows(tables.stockMovements),
    }).violations;

  return {
    ...shop,
    db,
    wire,
    watches(faults) {
      const broken: unknown[] = [];
      const watched =
        (fault: Fault): Fault =>
        async (...request) => {
          try {
            return await fault(...request);
          } finally {
            broken.push(...violations());
          }
        };
      const uneventful = Array.from({ length: 100 }, () => noFault);
      wire.next('TransactWriteItems', ...[...faults, ...uneventful].map(watched));
      return broken;
    },
  };
};

const rowsOf = (db: FakeDynamoDB): Pick<Driver, 'rows' | 'get' | 'put' | 'remove'> => ({
  rows: async (table) => db.rows(table),
  get: async (table, id) => db.get(table, { id }),
  put: async (table, row) => db.put(table, row),
  remove: async (table, id) => db.remove(table, { id }),
});
