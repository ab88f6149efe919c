/** The smallest function that uses DynamoDB: it only creates the client. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export const handler = (): Promise<string> => client.config.region();
