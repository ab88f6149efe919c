import type { CommitResult } from '../../domain/change.ts';
import type { Turn } from '../../domain/turn.ts';
import { atMost, type TimeBudget } from '../../time-budget.ts';
import type { CommitOptions, Ports } from '../ports.ts';

/**
 * The longest that a worker tries to write the row, in milliseconds. When DynamoDB is slow, turns
 * matter most.
 */
const ANSWER_MS = 1_000;

/** How writing the row ended; `failed` if a retry would not help. */
export type WriteResult = CommitResult | { readonly type: 'failed' };

export type TurnRow = {
  /**
   * Writes the row, if nobody has the turn, or if it is still the row that the write `seen` left.
   * Never rejects.
   */
  write(turn: Turn, ids: WriteOptions, remaining: TimeBudget): Promise<WriteResult>;
  /** The row of a turn that ends in so many milliseconds. */
  doneIn(milliseconds: number): Turn;
};

export type WriteOptions = Pick<CommitOptions, 'maxConflicts'> & {
  readonly writeId: string;
  readonly seen?: string | undefined;
};

/** @param warn is told of every error that a retry cannot mend */
export const createTurnRow = (
  { store, runtime }: Pick<Ports, 'store' | 'runtime'>,
  warn: (error: unknown) => void,
): TurnRow => ({
  async write(turn, { seen, ...options }, remaining) {
    try {
      const changes = [{ type: 'write-turn', turn, seen } as const];
      return await store.commit(changes, atMost(remaining, ANSWER_MS, runtime), options);
    } catch (error) {
      warn(error);
      return { type: 'failed' };
    }
  },
  doneIn: (milliseconds) => ({
    id: 'writing',
    doneAt: new Date(runtime.now().getTime() + milliseconds).toISOString(),
    within: Math.ceil(milliseconds),
  }),
});
