import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that an invocation may still use. */
export type TimeBudget = () => number;

/** The longest that a timer can wait, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Gives up on a request when the time is up. */
export const abortAfter = (remaining: TimeBudget): AbortSignal =>
  AbortSignal.timeout(Math.min(Math.floor(remaining()), LONGEST_TIMER_MS));

const BASE_MS = 20;
const CAP_MS = 1_000;

/**
 * Waits a random time before attempt `attempt` + 1, between nothing and a ceiling that doubles each
 * time ("full jitter").
 *
 * @returns false, at once, when the wait would not leave time to try again
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backOff = async (attempt: number, remaining: TimeBudget): Promise<boolean> => {
  const delay = Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
  if (delay >= remaining()) return false;
  await sleep(delay);
  return true;
};
