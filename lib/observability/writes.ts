import type { Actor } from '../domain/actor.ts';
import { logger } from './logger.ts';

/**
 * Who asked for a write: whom the authorizer names, `queue` or `sweep`. All log lines of a request
 * have its correlation id, also those of the messages that it sends.
 */
export type Caller = Actor & {
  readonly correlationId: string;
  readonly messageId?: string;
  readonly requestId?: string;
};

/**
 * A call that writes, and what became of it: the ids that it names, how many units it was about, and
 * how many movements it deleted.
 * Never texts, which may be personal.
 */
export type Written = {
  readonly outcome: string;
  readonly orderId?: string;
  readonly productId?: string;
  readonly batchId?: string;
  readonly referenceId?: string;
  readonly units?: number;
  readonly movements?: number;
  readonly orders?: number;
};

/** Leaves a line in the log for a call that writes, also when it was refused. */
export const reportWrite = (operation: string, written: Written, caller: Caller): void => {
  logger.info('write', { operation, ...written, ...caller });
};

/** How many units lines or movements are about. */
export const unitsOf = (lines: readonly { readonly quantity: number }[]): number =>
  lines.reduce((total, { quantity }) => total + quantity, 0);

/**
 * The ids of a line about what an earlier call has begun: the call's, if it is known, and the
 * invocation's own.
 */
export const begunBy = (correlationId: string | undefined, requestId: string) =>
  correlationId === undefined || correlationId === requestId
    ? { correlationId: requestId }
    : { correlationId, requestId };
