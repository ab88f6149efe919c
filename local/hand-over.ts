/** What Lambda does with a batch of a stream whose function fails. */
import type { DynamoDBRecord } from 'aws-lambda';

/** How a batch is tried again. */
export type RetryRules = {
  /** Whether a batch that failed as a whole is halved, to find the record that is the cause. */
  readonly halves: boolean;
  /** Retries of the same records, at most; -1 for no limit. */
  readonly maximumRetries: number;
  /** The age of a record, in seconds, from which on it is not tried any more; -1 for no limit. */
  readonly maximumAge: number;
};

/**
 * - `done`: records that need not come again, from the first on.
 * - `reason`: why the function failed as a whole.
 */
export type Outcome = { readonly done: number; readonly reason?: string | undefined };

/** Records that Lambda has given up. */
export type Discarded = {
  readonly records: readonly DynamoDBRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How many times the function got them. */
  readonly invocations: number;
};

export type HandOverPorts = {
  /** Undefined if the function was not reached, because the poller is stopped. */
  readonly invoke: (records: readonly DynamoDBRecord[]) => Promise<Outcome | undefined>;
  /** Tells the failure destination; false if the poller is stopped before it has heard. */
  readonly discard: (discarded: Discarded) => Promise<boolean>;
  /** All records up to this one are over. */
  readonly pass: (record: DynamoDBRecord) => void;
  readonly report: (problem: string) => void;
  /** Waits before a retry. */
  readonly pause: () => Promise<unknown>;
  readonly isStopped: () => boolean;
  /** In milliseconds. */
  readonly now: () => number;
};

type Part = { readonly records: readonly DynamoDBRecord[]; readonly invocations: number };

/**
 * Brings the records of a batch to a function, in their sequence, until each has been handled or
 * given up. To halve a batch, or to go on behind what was handled, uses up no retry.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const handOver = async (
  batch: readonly DynamoDBRecord[],
  rules: RetryRules,
  ports: HandOverPorts,
): Promise<void> => {
  const waiting = partsOf(0, batch);
  const giveUp = async (
    { records, invocations }: Part,
    condition: Discarded['condition'],
  ): Promise<void> => {
    const isTold = await ports.discard({ records, condition, invocations });
    if (isTold) passAll(records, ports);
  };
  for (let part = waiting.shift(); part && !ports.isStopped(); part = waiting.shift()) {
    const { records, invocations } = part;
    const tooOld = records.filter((record) => isTooOld(record, rules, ports.now()));
    if (tooOld.length > 0) {
      await giveUp({ records: tooOld, invocations }, 'RecordAgeExceeded');
      waiting.unshift(...partsOf(invocations, records.slice(tooOld.length)));
      continue;
    }
    const outcome = await ports.invoke(records);
    if (!outcome) return;
    const { done, reason } = outcome;
    if (reason !== undefined) ports.report(`a batch of ${records.length} failed: ${reason}`);
    passAll(records.slice(0, done), ports);
    if (done === records.length) continue;
    const tried = { records, invocations: invocations + 1 };
    if (done > 0) waiting.unshift(...partsOf(0, records.slice(done)));
    else if (reason !== undefined && rules.halves && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      waiting.unshift(...partsOf(0, records.slice(0, middle), records.slice(middle)));
      continue;
    } else if (rules.maximumRetries !== -1 && invocations >= rules.maximumRetries) {
      await giveUp(tried, 'RetryAttemptsExhausted');
      continue;
    } else waiting.unshift(tried);
    await ports.pause();
  }
};

const partsOf = (invocations: number, ...lists: readonly (readonly DynamoDBRecord[])[]): Part[] =>
  lists.filter((records) => records.length > 0).map((records) => ({ records, invocations }));

const passAll = (records: readonly DynamoDBRecord[], { pass }: HandOverPorts): void => {
  const last = records.at(-1);
  if (last) pass(last);
};

/** Records of a stream come in the sequence of their times, so those too old are the first. */
const isTooOld = (record: DynamoDBRecord, { maximumAge }: RetryRules, now: number): boolean =>
  maximumAge !== -1 &&
  record.dynamodb?.ApproximateCreationDateTime !== undefined &&
  now - timeOf(record) > maximumAge * 1_000;

/** In milliseconds. */
const timeOf = ({ dynamodb }: DynamoDBRecord): number =>
  (dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000;

export type Place = {
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shard: string;
  readonly requestId: string;
};

/**
 * What Lambda tells a failure destination. The records themselves are not in it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const failureRecord = (
  { records, condition, invocations }: Discarded,
  { functionArn, streamArn, shard, requestId }: Place,
  now: number,
): object => ({
  requestContext: { requestId, functionArn, condition, approximateInvokeCount: invocations },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  DDBStreamBatchInfo: {
    shardId: shard,
    startSequenceNumber: records.at(0)?.dynamodb?.SequenceNumber,
    endSequenceNumber: records.at(-1)?.dynamodb?.SequenceNumber,
    approximateArrivalOfFirstRecord: arrivalOf(records.at(0)),
    approximateArrivalOfLastRecord: arrivalOf(records.at(-1)),
    batchSize: records.length,
    streamArn,
  },
});

/** To the second. */
const arrivalOf = (record: DynamoDBRecord | undefined): string | undefined =>
  record && `${new Date(timeOf(record)).toISOString().slice(0, 19)}Z`;
