import { TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** The time was up before the answer was complete; a retry may succeed. */
export class NotInTimeError extends Error {
  override readonly name = 'NotInTimeError';
}

/**
 * Whether an error is transient: AWS did not answer the request, or not yet, and a retry may
 * succeed. A write may have taken effect all the same.
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

/** Whether AWS throttled the request. */
export const isThrottled = (error: Error): boolean => isThrottlingError(error as SdkError);
