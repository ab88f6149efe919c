import { atMost, shareOf } from '../../time-budget.ts';
import type { Ports, TakeTurn } from '../ports.ts';
import { awaitTurn } from './await-turn.ts';
import { holdTurn } from './hold-turn.ts';
import { createTurnRow } from './turn-row.ts';

/** So few groups are written sooner than a turn is taken and given back. */
const TOO_FEW_GROUPS = 2;

/** The longest that a worker waits for others, in milliseconds. Then it writes without a turn. */
const PATIENCE_MS = 10_000;

/** What a round takes, in milliseconds, until it was measured: a transaction of 100 actions. */
const ROUND_MS = 22;

/** What it takes to take the turn and to pass it on, in milliseconds: two small transactions. */
const HANDOVER_MS = 24;

/**
 * Lets this worker take turns at writing with all other workers, so that their groups do not meet.
 *
 * The turn is advisory: conditions keep the data right, whoever writes when. So a worker writes
 * without a turn rather than not at all, if the row cannot be written or the wait becomes too long.
 *
 * @param warn is told of every error that a retry cannot mend
 */
export const createTurns = (
  { store, runtime }: Pick<Ports, 'store' | 'runtime'>,
  warn: (error: unknown) => void,
): TakeTurn => {
  const row = createTurnRow({ store, runtime }, warn);
  const now = (): number => runtime.now().getTime();
  /** What a round of the last turns took. */
  let roundMs = ROUND_MS;
  /**
   * When this worker had to wait, the other one most likely waits now, and writes next, for as long
   * as before. If it does not, this worker waits in vain, once.
   */
  let othersAreDoneAt = 0;

  return async (products, remaining) => {
    if (products.length <= TOO_FEW_GROUPS) return undefined;
    const rounds = longestChain(products);
    const milliseconds = rounds * roundMs + HANDOVER_MS;
    const busy = othersAreDoneAt - now();
    othersAreDoneAt = 0;
    const patience = atMost(shareOf(remaining, 1 / 2), PATIENCE_MS, runtime);
    const taken = await awaitTurn({ milliseconds, busy }, { row, runtime, patience });
    if (!taken) return undefined;
    const { writeId, at, others } = taken;
    return holdTurn({ writeId, groups: products.length }, { row, runtime, remaining }, () => {
      const measured = Math.max(0, now() - at - HANDOVER_MS) / rounds;
      roundMs = (roundMs + measured) / 2;
      othersAreDoneAt = others > 0 ? now() + others : 0;
    });
  };
};

/** The most groups that move the same product: so many, at least, go one after the other. */
const longestChain = (groups: readonly (readonly string[])[]): number => {
  const counts = new Map<string, number>();
  let longest = 1;
  for (const product of groups.flat()) {
    const count = (counts.get(product) ?? 0) + 1;
    counts.set(product, count);
    longest = Math.max(longest, count);
  }
  return longest;
};
