import type { TimeBudget } from '../../lib/time-budget.ts';

/** An invocation's time: this many milliseconds from now on. */
export const timeFor = (milliseconds: number): TimeBudget => {
  const end = performance.now() + milliseconds;
  return () => Math.max(0, Math.floor(end - performance.now()));
};
