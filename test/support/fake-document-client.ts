/** Puts the fake DynamoDB behind every document client, for functions that make their own. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { type FakeDynamoDB, FakeError, type Operation } from './fake-dynamodb.ts';

export const mockDocumentClient = () => {
  const mock = mockClient(DynamoDBDocumentClient);
  return Object.assign(mock, {
    /** Answers as this shop would. */
    answersFrom: (db: FakeDynamoDB): void => {
      const answer = (operation: Operation) => (input: unknown) => {
        try {
          return db.execute(operation, structuredClone(input));
        } catch (error) {
          throw error instanceof FakeError ? toException(error) : error;
        }
      };
      mock.on(GetCommand).callsFake(answer('GetItem'));
      mock.on(BatchGetCommand).callsFake(answer('BatchGetItem'));
      mock.on(QueryCommand).callsFake(answer('Query'));
      mock.on(ScanCommand).callsFake(answer('Scan'));
      mock.on(TransactWriteCommand).callsFake(answer('TransactWriteItems'));
    },
    writes: () => mock.commandCalls(TransactWriteCommand),
  });
};

const toException = (error: FakeError): Error =>
  error.name === 'TransactionCanceledException'
    ? new TransactionCanceledException({
        message: error.message,
        $metadata: {},
        CancellationReasons: error.reasons?.map(({ Code, Item }) => ({
          Code,
          ...(Item && { Item: marshall(Item) }),
        })),
      })
    : Object.assign(new Error(error.message), { name: error.name });
