import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CONNECTION } from '../aws/connection.ts';
import { READING } from './reading.ts';

/**
 * A client for plain JavaScript values. The SDK reads region, endpoint and credentials from the
 * environment (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB).
 */
export const createClient = (config: DynamoDBClientConfig = {}): DynamoDBDocumentClient => {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: CONNECTION,
    ...config,
  });
  // It copies every request and answer for a log that is switched off: 7 % of the time of large
  // ones.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    // A copy, because the document client changes the options that it gets.
    unmarshallOptions: { ...READING },
  });
};
