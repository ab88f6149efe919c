/** What the local Lambda does with a batch of a stream, with a fake function and a fake stream. */
import { expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import {
  type Discarded,
  failureRecord,
  handOver,
  type Outcome,
  type RetryRules,
} from '../../local/hand-over.ts';

const NOW = Date.parse('2026-03-02T08:30:00.500Z');

/** A record with this number, so many seconds old. */
const record = (number: string, age = 0): DynamoDBRecord => ({
  dynamodb: { SequenceNumber: number, ApproximateCreationDateTime: NOW / 1_000 - age },
});
const numbersOf = (records: readonly DynamoDBRecord[]): string =>
  records.map(({ dynamodb }) => dynamodb?.SequenceNumber).join('');

const RULES: RetryRules = { halves: true, maximumRetries: -1, maximumAge: -1 };
const crashed: Outcome = { done: 0, reason: 'crashed' };

type Lambda = (numbers: string, invocation: number) => Outcome | undefined;

/** What the function gets, in its sequence, and what becomes of it. */
const handedOver = async (
  batch: readonly DynamoDBRecord[],
  rules: Partial<RetryRules>,
  lambda: Lambda,
  isTold = true,
) => {
  const brought: string[] = [];
  const discarded: Discarded[] = [];
  const passed: string[] = [];
  let pauses = 0;
  let isStopped = false;
  await handOver(
    batch,
    { ...RULES, ...rules },
    {
      invoke: async (records) => {
        brought.push(numbersOf(records));
        return lambda(numbersOf(records), brought.length);
      },
      discard: async (one) => {
        discarded.push(one);
        isStopped = !isTold;
        return isTold;
      },
      pass: (one) => passed.push(numbersOf([one])),
      report: () => {},
      pause: async () => {
        pauses += 1;
      },
      isStopped: () => isStopped,
      now: () => NOW,
    },
  );
  const lost = discarded.map(
    ({ records, condition, invocations }) => `${numbersOf(records)} ${condition} ${invocations}`,
  );
  return { brought, lost, passed, pauses };
};

const BATCH = ['a', 'b', 'c', 'd', 'e'].map((number) => record(number));
const all = (numbers: string): Outcome => ({ done: numbers.length });

test('A batch that fails as a whole is halved down to the record that is the cause, and all others are handled', async () => {
  const told = await handedOver(BATCH, { maximumRetries: 2 }, (numbers) =>
    numbers.includes('d') ? crashed : all(numbers),
  );

  expect(told).toEqual({
    brought: ['abcde', 'abc', 'de', 'd', 'd', 'd', 'e'],
    lost: ['d RetryAttemptsExhausted 3'],
    passed: ['c', 'd', 'e'],
    pauses: 2,
  });
});

test('A batch that is not to be halved is retried whole, as often as is set, and given up', async () => {
  expect(await handedOver(BATCH, { halves: false, maximumRetries: 1 }, () => crashed)).toEqual({
    brought: ['abcde', 'abcde'],
    lost: ['abcde RetryAttemptsExhausted 2'],
    passed: ['e'],
    pauses: 1,
  });
});

test('A function is not invoked with nothing', async () => {
  expect((await handedOver([], {}, all)).brought).toEqual([]);
});

test('Without a limit a record is retried until it is handled', async () => {
  const { brought, lost } = await handedOver([record('a')], {}, (numbers, invocation) =>
    invocation < 50 ? crashed : all(numbers),
  );

  expect([brought.length, lost]).toEqual([50, []]);
});

test('A function that names the first record that failed gets it again with all behind it, and no halves', async () => {
  const told = await handedOver(BATCH, { maximumRetries: 1 }, (numbers) => ({
    done: numbers.includes('c') ? numbers.indexOf('c') : numbers.length,
  }));

  expect(told).toEqual({
    brought: ['abcde', 'cde', 'cde'],
    lost: ['cde RetryAttemptsExhausted 2'],
    passed: ['b', 'e'],
    pauses: 2,
  });
});

test('Records that are too old are given up without being brought, and the others are brought', async () => {
  const batch = [record('a', 61), record('b', 60), record('c')];

  expect(await handedOver(batch, { maximumAge: 60 }, all)).toEqual({
    brought: ['bc'],
    lost: ['a RecordAgeExceeded 0'],
    passed: ['a', 'c'],
    pauses: 0,
  });
});

test('Records are not passed before the failure destination has heard of them', async () => {
  const { passed } = await handedOver([record('a')], { maximumRetries: 0 }, () => crashed, false);

  expect(passed).toEqual([]);
});

test('When the poller is stopped, what was not brought is not passed', async () => {
  const { brought, passed } = await handedOver(BATCH, {}, (numbers, invocation) => {
    if (invocation === 1) return crashed;
    return invocation === 2 ? all(numbers) : undefined;
  });

  expect({ brought, passed }).toEqual({ brought: ['abcde', 'abc', 'de'], passed: ['c'] });
});

test('The failure destination gets the document that Lambda sends, without the records', () => {
  const place = { functionArn: 'f', streamArn: 'arn:stream', shard: 'shard-1', requestId: 'r-1' };
  const discarded: Discarded = {
    records: [record('a', 30), record('b', 20)],
    condition: 'RetryAttemptsExhausted',
    invocations: 3,
  };

  expect(failureRecord(discarded, place, NOW)).toEqual({
    requestContext: {
      requestId: 'r-1',
      functionArn: 'f',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-03-02T08:30:00.500Z',
    DDBStreamBatchInfo: {
      shardId: 'shard-1',
      startSequenceNumber: 'a',
      endSequenceNumber: 'b',
      approximateArrivalOfFirstRecord: '2026-03-02T08:29:30Z',
      approximateArrivalOfLastRecord: '2026-03-02T08:29:40Z',
      batchSize: 2,
      streamArn: 'arn:stream',
    },
  });
});
