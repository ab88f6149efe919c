import type { Runtime } from './runtime.ts';
import type { TimeBudget } from './time-budget.ts';

const BASE_MS = 20;
const CAP_MS = 1_000;

/**
 * Waits a random time before attempt `attempt` + 1: between 0 and a limit that doubles each time,
 * up to `CAP_MS` milliseconds (exponential backoff with full jitter).
 *
 * @returns false, without waiting, when no time would be left for another attempt
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backOff = async (
  attempt: number,
  remaining: TimeBudget,
  { random, sleep }: Pick<Runtime, 'random' | 'sleep'>,
): Promise<boolean> => {
  const delay = random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
  if (delay >= remaining()) return false;
  await sleep(delay);
  return true;
};
