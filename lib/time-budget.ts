import type { Context } from 'aws-lambda';
import type { TimeBudget } from './dynamodb/backoff.ts';

/** Kept back from an invocation's time, in milliseconds, so that there is an answer in any case. */
const TO_ANSWER_MS = 500;

/** What an invocation may still spend on trying, in milliseconds, never negative. */
export const timeBudget =
  (context: Pick<Context, 'getRemainingTimeInMillis'>): TimeBudget =>
  () =>
    Math.max(0, context.getRemainingTimeInMillis() - TO_ANSWER_MS);

/** A part of a budget: at most this many milliseconds from now. */
export const atMost = (remaining: TimeBudget, ms: number): TimeBudget => {
  const end = Date.now() + ms;
  return () => Math.min(remaining(), Math.max(0, end - Date.now()));
};
