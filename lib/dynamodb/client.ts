import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * A client that speaks plain JavaScript values. Where it connects to comes from the environment
 * (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB, credentials), as the SDK defines it.
 */
export const createClient = (config: DynamoDBClientConfig = {}): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      maxAttempts: 3,
      // A connection that hangs costs seconds of an invocation's few: better to cut it and resend.
      requestHandler: {
        connectionTimeout: 1_000,
        requestTimeout: 2_000,
        throwOnRequestTimeout: true,
      },
      ...config,
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
