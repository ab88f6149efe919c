import type { Violation } from '../domain/laws/violation.ts';
import { backOff } from '../retry.ts';
import type { AuditPorts } from './ports.ts';

/**
 * What a look at a suspect saw:
 *
 * - `clear`: the laws hold.
 * - `proven`: they did not hold, at a moment at which nothing was in flight.
 * - `moving`: somebody wrote meanwhile, or the index lags behind. It says nothing.
 */
export type Sight =
  | { readonly type: 'clear' | 'moving' }
  | { readonly type: 'proven'; readonly violations: readonly Violation[] };

export const sightOf = (violations: readonly Violation[]): Sight =>
  violations.length === 0 ? { type: 'clear' } : { type: 'proven', violations };

/** How often a suspect is looked at before it counts as too busy: some ten seconds in all. */
const LOOKS = 14;

/** Looks at a suspect until it stands still. */
export const lookUntilStill = async (
  look: (attempt: number) => Promise<Sight>,
  { remaining, runtime }: Pick<AuditPorts, 'remaining' | 'runtime'>,
): Promise<Sight> => {
  for (let attempt = 0; attempt < LOOKS; attempt += 1) {
    const sight = await look(attempt).catch(movingIfDamaged);
    if (sight.type !== 'moving') return sight;
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { type: 'moving' };
};

/** A row that cannot be read is told when it is scanned. What depends on it cannot be known. */
const movingIfDamaged = (error: unknown): Sight => {
  if (error instanceof Error && error.name === 'DamagedItemError') return { type: 'moving' };
  throw error;
};

/**
 * How long before its commit a row's times may have been taken, in milliseconds: an invocation reads
 * the clock once and then may retry for as long as it lives, and clocks differ.
 */
export const CLOCK_BEHIND_MS = 5 * 60_000;
