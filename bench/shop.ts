/** A shop of its own for every run, in an engine that runs already. */

import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createClient } from '../lib/dynamodb/client.ts';
import { createStore } from '../lib/dynamodb/store.ts';
import { type Tables, tablesFromEnvironment } from '../lib/dynamodb/tables.ts';
import { systemRuntime } from '../lib/runtime.ts';
import type { Store } from '../lib/use-cases/ports.ts';
import { localClient } from '../local/aws.ts';
import { createTables, type Infrastructure } from '../local/infrastructure.ts';

export type Shop = {
  readonly tables: Tables;
  /** What a function that serves this shop finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Straight to the engine, for whatever is not measured. */
  readonly direct: Access;
  /** By way of another address, such as a proxy's. */
  through(endpoint: string): Access;
  /** Lets go of every connection, and of the tables. */
  close(): Promise<void>;
};

export type Access = { readonly client: DynamoDBDocumentClient; readonly store: Store };

/** An emulator under full load may be slow to answer; here that is a result, and no failure. */
const PATIENT = { requestHandler: { connectionTimeout: 60_000, requestTimeout: 60_000 } };

let shops = 0;

export const openShop = async (
  endpoint: string,
  infrastructure: Pick<Infrastructure, 'tables' | 'environment'>,
): Promise<Shop> => {
  shops += 1;
  const named = (table: string | undefined): string => `${table}-${process.pid}-${shops}`;
  const definitions = infrastructure.tables.map((table) => ({
    ...table,
    TableName: named(table.TableName),
  }));
  const environment = Object.fromEntries(
    Object.entries(infrastructure.environment).map(([name, value]) => [
      name,
      name.endsWith('_TABLE') ? named(value) : value,
    ]),
  );
  const tables = tablesFromEnvironment(environment);
  const admin = new DynamoDBClient(localClient(endpoint));
  await createTables(admin, { tables: definitions });

  const clients: DynamoDBDocumentClient[] = [];
  const through = (address: string): Access => {
    const client = createClient({ ...localClient(address), ...PATIENT });
    clients.push(client);
    return { client, store: createStore(client, tables, systemRuntime) };
  };
  return {
    tables,
    environment,
    direct: through(endpoint),
    through,
    async close() {
      for (const client of clients) client.destroy();
      for (const { TableName } of definitions) {
        await admin.send(new DeleteTableCommand({ TableName }));
      }
      admin.destroy();
    },
  };
};
