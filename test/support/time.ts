import type { TimeBudget } from '../../lib/time-budget.ts';

/** A time budget: this many milliseconds from now on. */
export const timeFor = (milliseconds: number): TimeBudget => {
  const end = performance.now() + milliseconds;
  return () => Math.max(0, Math.floor(end - performance.now()));
};
