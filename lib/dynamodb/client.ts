import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CONNECTION } from '../aws/connection.ts';

/**
 * Numbers are read as they come. One that JavaScript cannot hold is met where its row is read, by
 * name: the SDK by itself would throw away the whole answer that it is in.
 */
export const READING = { wrapNumbers: Number } as const;

/**
 * A client that speaks plain JavaScript values. Where it connects to comes from the environment
 * (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB, credentials), as the SDK defines it.
 */
export const createClient = (config: DynamoDBClientConfig = {}): DynamoDBDocumentClient => {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: CONNECTION,
    ...config,
  });
  // It copies every request and answer for a log that nobody reads: 7 % of the work of large ones.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    // The document client writes into the options that it is given.
    unmarshallOptions: { ...READING },
  });
};
