import type { Refusal } from '../../domain/change.ts';
import type { Turn } from '../../domain/turn.ts';
import type { Runtime } from '../../runtime.ts';
import type { TimeBudget } from '../../time-budget.ts';
import type { TurnRow } from './turn-row.ts';

/**
 * A worker that sees another one's turn unchanged for so long takes it over: the other one is dead,
 * or none of its groups ends. A duration, because the clocks of two workers differ. In milliseconds,
 * like all below.
 */
export const EXPIRES_MS = 1_500;

/** The pause after a look that found another worker late; it doubles with every look. */
const LOOK_AGAIN_MS = 10;

/** At most this much is added to every pause, so that several workers do not look together. */
const JITTER_MS = 5;

/**
 * The write that took the turn, and when it began. `others` is how long the worker before needed in
 * all; 0 if none was seen.
 */
export type Taken = { readonly writeId: string; readonly at: number; readonly others: number };

/**
 * Waits until no other worker has the turn, and takes it. If the row cannot be written in time, the
 * worker goes on as if it had the turn.
 *
 * @param milliseconds how long the turn is needed
 * @param busy how long other workers most likely need it from now on
 * @returns undefined if the worker has to go on without a turn
 */
export const awaitTurn = async (
  { milliseconds, busy }: { readonly milliseconds: number; readonly busy: number },
  {
    row,
    runtime,
    patience,
  }: {
    readonly row: TurnRow;
    readonly runtime: Runtime;
    readonly patience: TimeBudget;
  },
): Promise<Taken | undefined> => {
  const now = (): number => runtime.now().getTime();
  /** False, without a pause, if it would take all the time that is left. */
  const pause = async (atLeast: number): Promise<boolean> => {
    const delay = atLeast + runtime.random() * JITTER_MS;
    if (delay >= patience()) return false;
    await runtime.sleep(delay);
    return true;
  };

  let sight: Sight | undefined;
  if (busy > 0) await pause(busy + JITTER_MS);
  for (;;) {
    const [writeId, at] = [runtime.newId(), now()];
    const isExpired = sight !== undefined && at - sight.since >= EXPIRES_MS;
    // Others have been writing the row all the time.
    if (isExpired && sight?.writeId === undefined) return undefined;
    const seen = isExpired ? sight?.writeId : undefined;
    const options = { seen, writeId, maxConflicts: 1 };
    const result = await row.write(row.doneIn(milliseconds), options, patience);
    switch (result.type) {
      case 'failed':
        return undefined;
      case 'committed':
        return { writeId, at, others: sight?.within ?? 0 };
      case 'exhausted':
        if (!result.contested) return { writeId, at, others: 0 };
        sight = lookAt(undefined, sight, now());
        break;
      case 'refused':
        sight = lookAt(result.refusals[0], sight, now());
        break;
    }
    if (!(await pause(timeToNextLook(sight, now())))) return undefined;
  }
};

/** Another worker's turn, as one that waits sees it. */
type Sight = Pick<Turn, 'doneAt' | 'within'> & {
  readonly writeId: string | undefined;
  /** When it was first seen. */
  readonly since: number;
  /** How many times it was looked at since then. */
  readonly looks: number;
};

/** @param refusal undefined if another worker was writing the row at that moment */
const lookAt = (refusal: Refusal | undefined, before: Sight | undefined, now: number): Sight => {
  if (before && (!refusal || refusal.writeId === before.writeId)) {
    return { ...before, looks: before.looks + 1 };
  }
  const turn = refusal?.type === 'write-turn' ? refusal.found : undefined;
  return { ...turn, writeId: refusal?.writeId, since: now, looks: 0 };
};

/**
 * Milliseconds until the other worker expects to be done, but no more than it needs in all, in case
 * its clock differs. When that has passed, a short while. Not longer than until its turn expires.
 */
const timeToNextLook = ({ doneAt = '', within = 0, since, looks }: Sight, now: number): number => {
  const untilDone = Math.min(Date.parse(doneAt) - now, within) || 0;
  const untilExpired = since + EXPIRES_MS - now;
  return Math.min(Math.max(untilDone, LOOK_AGAIN_MS * 2 ** looks), untilExpired);
};
