import type { TurnToWrite } from '../../group-commit/engine.ts';
import type { Runtime } from '../../runtime.ts';
import type { TimeBudget } from '../../time-budget.ts';
import { EXPIRES_MS } from './await-turn.ts';
import type { TurnRow } from './turn-row.ts';

/** The age at which a turn is renewed when another group starts, in milliseconds. */
const RENEW_MS = EXPIRES_MS / 3;

/**
 * Holds the turn that the commit `writeId` took for so many groups.
 *
 * It is renewed only when a group starts, with what the groups before have shown of the time needed. So a worker that is stuck loses its turn like a dead one.
 * It passes on when the last group has started: by the time that the next worker has taken it, that
 * group is done as well.
 *
 * @param passedOn is called when the row shows that the worker is done, unless it ends before
 */
export const holdTurn = (
  { writeId, groups }: { readonly writeId: string; readonly groups: number },
  {
    row,
    runtime,
    remaining,
  }: {
    readonly row: TurnRow;
    readonly runtime: Pick<Runtime, 'now' | 'newId'>;
    readonly remaining: TimeBudget;
  },
  passedOn: () => void,
): TurnToWrite => {
  const now = (): number => runtime.now().getTime();
  const startedAt = now();
  let seen = writeId;
  let writtenAt = startedAt;
  let isOver = false;
  let writes: Promise<unknown> = Promise.resolve();

  /** Writes the row, after all earlier writes of it. */
  const rewrite = (turn: () => ReturnType<TurnRow['doneIn']>): void => {
    writtenAt = now();
    writes = writes.then(() => {
      const ids = { seen, writeId: runtime.newId() };
      seen = ids.writeId;
      return row.write(turn(), ids, remaining);
    });
  };
  const end = async (): Promise<void> => {
    if (!isOver) rewrite(() => ({ id: 'writing' }));
    isOver = true;
    await writes;
  };
  return {
    goOn(left) {
      if (left === 0) void end().then(passedOn);
      else if (now() - writtenAt >= RENEW_MS) {
        const done = Math.max(1, groups - left - 1);
        const each = (now() - startedAt) / done;
        rewrite(() => row.doneIn(each * (left + 1)));
      }
    },
    end,
  };
};
