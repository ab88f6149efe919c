import type { Context } from 'aws-lambda';
import type { Runtime } from './runtime.ts';

/** Milliseconds that may still be spent, never negative. */
export type TimeBudget = () => number;

/** The time ran out before something was known. Asking again may well succeed. */
export class TimeIsUpError extends Error {
  override readonly name = 'TimeIsUpError';
}

/** Kept back from an invocation's time, in milliseconds, so that there is an answer in any case. */
const TO_ANSWER_MS = 500;
/** Kept back besides for each thing that there may be in the answer. */
const TO_ANSWER_EACH_MS = 2;

/**
 * What an invocation may still spend on trying.
 *
 * @param answers how many things it may have to tell of: messages, or items of a list
 */
export const timeBudget =
  (context: Pick<Context, 'getRemainingTimeInMillis'>, answers = 0): TimeBudget =>
  () =>
    Math.max(0, context.getRemainingTimeInMillis() - TO_ANSWER_MS - answers * TO_ANSWER_EACH_MS);

/**
 * What some work comes to, or something else if the time is up first.
 *
 * @throws whatever else the work throws
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

/** A part of a budget: at most this many milliseconds from now. */
export const atMost = (
  remaining: TimeBudget,
  milliseconds: number,
  { now }: Pick<Runtime, 'now'>,
): TimeBudget => {
  const end = now().getTime() + milliseconds;
  return () => Math.min(remaining(), Math.max(0, end - now().getTime()));
};
