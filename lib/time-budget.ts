import type { Context } from 'aws-lambda';
import type { Runtime } from './runtime.ts';

/** Milliseconds that may still be spent, never negative. */
export type TimeBudget = () => number;

/** Kept back from an invocation's time, in milliseconds, so that there is an answer in any case. */
const TO_ANSWER_MS = 500;

/** What an invocation may still spend on trying. */
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
