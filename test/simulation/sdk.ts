/**
 * What the SDK's clients do between the code and the network: they send again, and name errors. A
 * test holds this against the SDK itself.
 */
import {
  DynamoDBServiceException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import type { FakeError } from '../support/fake-dynamodb.ts';

/** As lib/dynamodb/client.ts sets it; SQS has the SDK's own, which is the same. */
export const MOST_ATTEMPTS = 3;

/** As lib/aws/connection.ts sets it, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 2_000;

const LONGEST_PAUSE_MS = 20_000;

/**
 * The pause before the next attempt, in milliseconds.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const pauseAfter = (error: Error, attempt: number, random: number): number => {
  const base = isThrottlingError(error as SdkError) ? 1_000 : 25;
  return Math.floor(random * Math.min(base * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
};

export const isSentAgain = (error: Error): boolean =>
  isThrottlingError(error as SdkError) || isTransientError(error as SdkError);

type Pauses = {
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
  readonly random: () => number;
};

/** Sends a request as often as the SDK does. The error tells how often that was. */
export const sendAsSdk = async (
  attempt: () => Promise<object>,
  signal: AbortSignal | undefined,
  { sleep, random }: Pauses,
): Promise<object> => {
  for (let attempts = 1; ; attempts += 1) {
    try {
      if (signal?.aborted) throw aborted();
      return { ...(await attempt()), $metadata: { attempts } };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (attempts === MOST_ATTEMPTS || !isSentAgain(error)) {
        const { $metadata } = error as SdkError;
        throw Object.assign(error, { $metadata: { ...$metadata, attempts } });
      }
      await sleep(pauseAfter(error, attempts, random()), signal);
    }
  }
};

export const aborted = (): Error =>
  Object.assign(new Error('Request aborted'), { name: 'AbortError' });

export const connectionLost = (): Error =>
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

export const timedOut = (): Error =>
  Object.assign(new Error('no answer in time'), { name: 'TimeoutError', code: 'ETIMEDOUT' });

/** What DynamoDB answers, as the exception that the SDK makes of it. */
export const exceptionOf = ({ name, message, status, reasons }: FakeError): Error => {
  const options = {
    message,
    $metadata: { httpStatusCode: status },
    $fault: status >= 500 ? ('server' as const) : ('client' as const),
  };
  switch (name) {
    case 'TransactionCanceledException':
      return new TransactionCanceledException({
        ...options,
        CancellationReasons: (reasons ?? []).map(({ Code, Message = Code, Item }) => ({
          Code,
          ...(Code !== 'None' && { Message }),
          ...(Item && { Item: marshall(Item) }),
        })),
      });
    case 'TransactionInProgressException':
      return new TransactionInProgressException(options);
    case 'ThrottlingException':
      return new ThrottlingException(options);
    case 'ProvisionedThroughputExceededException':
      return new ProvisionedThroughputExceededException(options);
    case 'InternalServerError':
      return new InternalServerError(options);
    default:
      return new DynamoDBServiceException({ name, ...options });
  }
};
