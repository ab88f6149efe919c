/** Holds what the simulation does in the SDK's place against the SDK. */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { SdkError } from '@smithy/types';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createFakeDynamoDB, FakeError } from '../support/fake-dynamodb.ts';
import { createFakeWire } from '../support/fake-wire.ts';
import { connectionReset, errorAnswer, type Fault, timedOut } from '../support/faults.ts';
import { describeTables } from '../support/table-descriptions.ts';
import {
  connectionLost,
  exceptionOf,
  pauseAfter,
  sendAsSdk,
  timedOut as timedOutHere,
} from './sdk.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What code can see of an error. */
const seen = (error: unknown) => {
  const { name, code, $metadata, CancellationReasons } = error as SdkError & {
    code?: string;
    CancellationReasons?: readonly { Code?: string; Item?: unknown }[];
  };
  return {
    name,
    // The SDK gives a timeout no code, and the code looks at none where there is a name.
    code: name === 'TimeoutError' ? undefined : code,
    class: (error as object).constructor.name,
    attempts: $metadata?.attempts,
    status: $metadata?.httpStatusCode,
    reasons: CancellationReasons?.map(({ Code, Item }) => ({ Code, Item })),
  };
};

/** What the SDK makes of it when DynamoDB always answers like this, and how often it asks. */
const bySdk = async (fault: Fault) => {
  const wire = createFakeWire(createFakeDynamoDB(describeTables()));
  wire.use(fault);
  const client = createClient(wire.config);
  const put = { TableName: 'products', Item: { id: 'tea' } };
  const error = await client
    .send(new TransactWriteCommand({ TransactItems: [{ Put: put }] }))
    .catch((one: unknown) => one);
  return { ...seen(error), requests: wire.sent.length };
};

/** The same in the simulation. */
const bySimulation = async (problem: () => Error) => {
  let requests = 0;
  const error = await sendAsSdk(
    async () => {
      requests += 1;
      throw problem();
    },
    undefined,
    { sleep: async () => undefined, random: () => 0 },
  ).catch((one: unknown) => one);
  return { ...seen(error), requests };
};

const REASONS = [
  { Code: 'None' },
  { Code: 'TransactionConflict' },
  { Code: 'ConditionalCheckFailed', Item: { id: 'tea', stockQuantity: 3 } },
];

test.each(
  [
    new FakeError('TransactionCanceledException', { reasons: REASONS }),
    new FakeError('TransactionInProgressException'),
    new FakeError('IdempotentParameterMismatchException'),
    new FakeError('ThrottlingException'),
    new FakeError('ProvisionedThroughputExceededException'),
    new FakeError('InternalServerError', { status: 500 }),
    new FakeError('ValidationException'),
  ].map((error) => [error.name, error] as const),
)(
  'An error of DynamoDB looks as the SDK shows it, after as many attempts: %s',
  async (_, error) => {
    const expected = await bySdk(() => errorAnswer(error));

    const { class: own, ...found } = await bySimulation(() => exceptionOf(error));

    // Errors that no code asks for have no class of their own in the simulation.
    const { class: theirs, ...visible } = expected;
    expect(found).toEqual(visible);
    if (own !== 'DynamoDBServiceException') expect(own).toBe(theirs);
  },
);

test.each([
  ['a connection that broke', connectionReset, connectionLost],
  ['a time that was up', timedOut, timedOutHere],
] as const)('The loss of an answer looks as the SDK shows it: %s', async (_, fault, problem) => {
  const expected = await bySdk(fault);

  const found = await bySimulation(problem);

  expect({ ...found, class: '' }).toEqual({ ...expected, class: '' });
  expect(found.requests).toBe(3);
});

test('The SDK waits longer after throttling', () => {
  const throttled = exceptionOf(new FakeError('ThrottlingException'));

  expect([1, 2].map((attempt) => pauseAfter(throttled, attempt, 1))).toEqual([1_000, 2_000]);
  expect([1, 2].map((attempt) => pauseAfter(connectionLost(), attempt, 1))).toEqual([25, 50]);
});
