/** The least that a function can be which talks to DynamoDB: it makes the client. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export const handler = (): Promise<string> => client.config.region();
