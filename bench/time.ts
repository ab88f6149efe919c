/** Time that passes, and time that may pass. */
import type { TimeBudget } from '../lib/time-budget.ts';

/** Nothing here is given up because it takes long; what hangs ends all the same. */
const ENOUGH_MS = 600_000;

export const enoughTime = (): TimeBudget => {
  const end = performance.now() + ENOUGH_MS;
  return () => Math.max(0, Math.floor(end - performance.now()));
};

/** Seconds that some work takes, and what it comes to. */
export const timed = async <Result>(
  work: () => Promise<Result>,
): Promise<{ readonly seconds: number; readonly result: Result }> => {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1_000, result };
};
