/** A shop on a real engine. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { type Tables, tablesFromEnvironment } from '../../lib/dynamodb/tables.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { localClient } from '../../local/aws.ts';
import { createTables, type Infrastructure } from '../../local/infrastructure.ts';
import { rowsOf } from './audit.ts';
import { furnishing, type Setting } from './furnishing.ts';
import { createShop, type Driver, type Shop } from './shop.ts';
import { timeFor } from './time.ts';

/** What only a shop on an engine has. */
export type EngineShop = Shop & {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: DynamoDBDocumentClient;
  /**
   * The same shop, reached through another endpoint.
   *
   * @param options.asDeployed aborts a connection as early as a deployed function does
   */
  through(endpoint: string, options?: { readonly asDeployed?: boolean }): EngineShop;
  close(): void;
};

/** Longer than any call takes here; a call that uses it up hangs. */
const LONG_ENOUGH_MS = 60_000;

/** The attributes of each table's primary key, by table name. */
export const primaryKeys = (tables: Tables): Readonly<Record<string, readonly string[]>> => ({
  [tables.orders]: ['id'],
  [tables.products]: ['id'],
  [tables.stockMovements]: ['referenceId', 'entry'],
  [tables.cancellationBatches]: ['id'],
  [tables.turns]: ['id'],
});

/** A shop whose tables exist. */
export const enterShop = ({
  endpoint,
  environment,
  asDeployed = false,
}: Pick<EngineShop, 'endpoint' | 'environment'> & {
  readonly asDeployed?: boolean;
}): EngineShop => {
  const client = createClient({
    ...localClient(endpoint),
    // One engine on a busy machine answers hundreds of callers: slowness is no failure here.
    ...(!asDeployed && { requestHandler: { connectionTimeout: 30_000, requestTimeout: 30_000 } }),
  });
  const tables = tablesFromEnvironment(environment);
  const store = createStore(client, tables, systemRuntime);
  const shop = createShop({
    ...rowsBehind(client),
    tables,
    ports: () => ({ store, runtime: systemRuntime, remaining: timeFor(LONG_ENOUGH_MS) }),
  });
  return {
    ...shop,
    endpoint,
    environment,
    client,
    through: (other, options) => enterShop({ endpoint: other, environment, ...options }),
    close: () => client.destroy(),
  };
};

const rowsBehind = (
  client: DynamoDBDocumentClient,
): Pick<Driver, 'rows' | 'get' | 'put' | 'remove'> => ({
  rows: (table) => rowsOf(client, table),
  async get(table, id) {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }),
    );
    return Item;
  },
  async put(table, row) {
    await client.send(new PutCommand({ TableName: table, Item: row }));
  },
  async remove(table, id) {
    await client.send(new DeleteCommand({ TableName: table, Key: { id } }));
  },
});

let shops = 0;

/**
 * Opens a new shop with tables of its own, as serverless.yml describes them: no test sees the
 * orders of another one, and each can audit all its data.
 */
export const openShop = async (
  endpoint: string,
  infrastructure: Pick<Infrastructure, 'tables' | 'environment'>,
  setting: Setting = {},
): Promise<EngineShop> => {
  shops += 1;
  const number = shops;
  const own = (table: string | undefined): string => `${table}-${number}`;
  const tables = infrastructure.tables.map((table) => ({
    ...table,
    TableName: own(table.TableName),
    // Nobody reads it.
    StreamSpecification: undefined,
  }));
  const client = new DynamoDBClient(localClient(endpoint));
  await createTables(client, { tables });
  client.destroy();
  const environment = Object.fromEntries(
    Object.entries(infrastructure.environment).map(([name, value]) => [
      name,
      name.endsWith('_TABLE') ? own(value) : value,
    ]),
  );
  const shop = enterShop({ endpoint, environment });
  const { put } = rowsBehind(shop.client);
  for (const [table, row] of furnishing(setting, shop.tables)) await put(table, row);
  return shop;
};
