import type { DeadLetter, Queues } from './queues.ts';

/** A command that dies leaves what it has looked at hidden for so long. */
export const HIDDEN_FOR_S = 120;

/** So many are taken while the first ones are still hidden. */
export const MOST_LETTERS = 10_000;

/** SQS may have none at one moment and some at the next. */
const EMPTY_RECEIVES = 2;

/**
 * Takes dead letters, and hides them from others, until there are no more. What it puts into `taken`
 * has to be given back or deleted, also when this fails in the middle.
 */
export const takeAll = async (
  queues: Pick<Queues, 'receive'>,
  taken: Map<string, DeadLetter>,
  { interrupted, most = MOST_LETTERS }: { interrupted: AbortSignal; most?: number },
): Promise<void> => {
  for (let empty = 0; empty < EMPTY_RECEIVES && taken.size < most && !interrupted.aborted; ) {
    const letters = await queues.receive(HIDDEN_FOR_S);
    const known = taken.size;
    // The last receipt handle of a message is the one that counts.
    for (const letter of letters) taken.set(letter.messageId, letter);
    // Nothing new: the first ones come back already, since this took longer than they are hidden.
    empty = taken.size === known ? empty + 1 : 0;
  }
};
