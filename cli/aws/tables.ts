/** The tables in DynamoDB. */
import { readFileSync } from 'node:fs';
import { createAuditStore } from '../../lib/dynamodb/audit-store.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { type Tables, tablesFromEnvironment } from '../../lib/dynamodb/tables.ts';
import { localClient } from '../../local/aws.ts';
import type { OpenTables } from '../audit/tables.ts';
import { regionOf, stageOf } from '../place.ts';
import { watchAnswers } from './watch-answers.ts';

/**
 * A person waits, not an invocation of a few seconds. Four pages of 1 MB at once need 17 seconds on
 * a line of 2 Mbit/s.
 */
const SLOW_LINE = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
};

export const openDynamoDbTables: OpenTables = async (place, { credentials, runtime }, patience) => {
  const tables = tablesOf(stageOf(place));
  const client = createClient({
    requestHandler: SLOW_LINE,
    ...(place.dynamodbEndpoint === undefined
      ? { region: regionOf(place), credentials }
      : localClient(place.dynamodbEndpoint)),
  });
  watchAnswers(client, patience);
  return {
    store: createAuditStore(client, tables, runtime),
    shop: createStore(client, tables, runtime),
    close: () => client.destroy(),
  };
};

/** The names that serverless.yml gives the tables of a stage, and its shards. */
const tablesOf = (stage: string): Tables => {
  const name = (table: string): string => `countermand-${stage}-${table}`;
  return tablesFromEnvironment({
    ...shardsIn(readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8')),
    ORDERS_TABLE: name('orders'),
    PRODUCTS_TABLE: name('products'),
    STOCK_MOVEMENTS_TABLE: name('stock-movements'),
    CANCELLATION_BATCHES_TABLE: name('cancellation-batches'),
    TURNS_TABLE: name('turns'),
  });
};

const shardsIn = (yaml: string): Record<string, string> =>
  Object.fromEntries(
    [...yaml.matchAll(/^\s+(\w+_SHARDS): '(\d+)'$/gm)].map(([, name = '', count = '']) => [
      name,
      count,
    ]),
  );
