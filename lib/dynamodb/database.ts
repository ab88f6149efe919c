import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '../runtime.ts';
import type { Tables } from './tables.ts';

/** Where the shop's data lies, and how to get at it. */
export type Database = {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Tables;
  readonly runtime: Runtime;
};
