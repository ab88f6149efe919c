import { TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** Something was not answered in full before the time was up; asking again may well succeed. */
export class NotInTimeError extends Error {
  override readonly name = 'NotInTimeError';
}

/**
 * Whether an error says nothing about the request but that it was not answered, or not yet: asking
 * again may well succeed. A write may have taken effect all the same.
 */
export const isTransient = (error: unknown): error is Error => {
  if (!(error instanceof Error)) return false;
  const sdkError = error as SdkError;
  return (
    error instanceof TransactionInProgressException ||
    error instanceof NotInTimeError ||
    error.name === 'AbortError' ||
    isThrottled(error) ||
    isTransientError(sdkError) ||
    isServerError(sdkError)
  );
};

/** Whether DynamoDB turned the request away because there were too many. */
export const isThrottled = (error: Error): boolean => isThrottlingError(error as SdkError);
