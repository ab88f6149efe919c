import type { Context } from 'aws-lambda';
import type { Runtime } from './runtime.ts';

/** Milliseconds that may still be spent, never negative. */
export type TimeBudget = () => number;

/** The time ran out before the result was known. A retry may succeed. */
export class TimeIsUpError extends Error {
  override readonly name = 'TimeIsUpError';
}

/** Reserved at the end of an invocation's time, in milliseconds, so that it can always answer. */
const TO_ANSWER_MS = 500;
/** Reserved in addition for each result, in milliseconds. */
const TO_ANSWER_EACH_MS = 2;

/**
 * The time that an invocation may still use, without what is reserved for the answer.
 *
 * @param answers how many results the invocation may have to report: messages, or items of a list
 */
export const timeBudget =
  (context: Pick<Context, 'getRemainingTimeInMillis'>, answers = 0): TimeBudget =>
  () =>
    Math.max(0, context.getRemainingTimeInMillis() - TO_ANSWER_MS - answers * TO_ANSWER_EACH_MS);

/**
 * The result of `work`, or `otherwise` if it throws TimeIsUpError.
 *
 * @throws every other error of `work`
 */
export const orIfTimeIsUp = async <Result>(
  work: () => Promise<Result>,
  otherwise: Result,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TimeIsUpError) return otherwise;
    throw error;
  }
};

/** A budget without its last part. */
export const lessThan =
  (remaining: TimeBudget, kept: number): TimeBudget =>
  () =>
    Math.max(0, remaining() - kept);

/** @param share of what is left now, from 0 to 1 */
export const shareOf = (remaining: TimeBudget, share: number): TimeBudget =>
  lessThan(remaining, remaining() * (1 - share));

/** A part of a budget: at most this many milliseconds from now. */
export const atMost = (
  remaining: TimeBudget,
  milliseconds: number,
  { now }: Pick<Runtime, 'now'>,
): TimeBudget => {
  const end = now().getTime() + milliseconds;
  return () => Math.min(remaining(), Math.max(0, end - now().getTime()));
};
