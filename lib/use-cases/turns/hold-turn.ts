import type { TurnToWrite } from '../../group-commit/engine.ts';
import type { Runtime } from '../../runtime.ts';
import type { TimeBudget } from '../../time-budget.ts';
import { EXPIRES_MS } from './await-turn.ts';
import type { TurnRow } from './turn-row.ts';

/** The age at which a turn is renewed when a group ends, in milliseconds. */
const RENEW_MS = EXPIRES_MS / 3;

/**
 * Holds the turn that the commit `writeId` took for so many groups.
 *
 * It is renewed only when a group ends, with the time that the groups before have taken. So a worker
 * that is stuck loses its turn like a dead one. It passes on when the last group has ended.
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
  let isWriting = false;
  let writes: Promise<unknown> = Promise.resolve();

  /** Writes the row, after an earlier write of it. */
  const rewrite = (turn: () => ReturnType<TurnRow['doneIn']>): void => {
    isWriting = true;
    writes = writes.then(async () => {
      const ids = { seen, writeId: runtime.newId() };
      writtenAt = now();
      const result = await row.write(turn(), ids, remaining);
      if (result.type === 'committed') seen = ids.writeId;
      isWriting = false;
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
      else if (!isWriting && now() - writtenAt >= RENEW_MS) {
        const each = (now() - startedAt) / (groups - left);
        rewrite(() => row.doneIn(each * left));
      }
    },
    end,
  };
};
