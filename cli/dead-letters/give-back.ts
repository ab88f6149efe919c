import { inParts } from '../../lib/batches.ts';
import type { DeadLetter, Queues } from './queues.ts';

/** As SQS takes them. */
export const LETTERS_PER_CALL = 10;

/**
 * Shows letters to others again, at once. Those of a call that fails come back by themselves when
 * the time is over for which they were hidden, so that this is no failure of the command.
 */
export const giveBackAll = async (
  queues: Pick<Queues, 'giveBack'>,
  letters: Iterable<DeadLetter>,
): Promise<void> => {
  for (const part of inParts([...letters], LETTERS_PER_CALL)) {
    await queues.giveBack(part).catch(() => {});
  }
};
