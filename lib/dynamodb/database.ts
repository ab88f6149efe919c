import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '../runtime.ts';
import type { Tables } from './tables.ts';

/** The shop's tables, and what is needed to read and write them. */
export type Database = {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Tables;
  readonly runtime: Runtime;
};
