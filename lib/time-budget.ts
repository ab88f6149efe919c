import type { Context } from 'aws-lambda';
import type { Runtime } from './runtime.ts';

/** Milliseconds that may still be spent, never negative. */
export type TimeBudget = () => number;

/** Reserved at the end of an invocation's time, in milliseconds, so that it can always answer. */
const TO_ANSWER_MS = 500;

/** The time that an invocation may still use, without what is reserved for the answer. */
export const timeBudget =
  (context: Pick<Context, 'getRemainingTimeInMillis'>): TimeBudget =>
  () =>
    Math.max(0, context.getRemainingTimeInMillis() - TO_ANSWER_MS);

/** A budget without its last part. */
export const lessThan =
  (remaining: TimeBudget, kept: number): TimeBudget =>
  () =>
    Math.max(0, remaining() - kept);

/** A part of a budget: at most this many milliseconds from now. */
export const atMost = (
  remaining: TimeBudget,
  milliseconds: number,
  { now }: Pick<Runtime, 'now'>,
): TimeBudget => {
  const end = now().getTime() + milliseconds;
  return () => Math.min(remaining(), Math.max(0, end - now().getTime()));
};
