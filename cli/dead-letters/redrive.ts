import { inParts } from '../../lib/batches.ts';
import { groupBy } from '../../lib/group-by.ts';
import { interruption } from '../failure.ts';
import { isMalformed, orderIdOf } from './explain.ts';
import { giveBackAll, LETTERS_PER_CALL } from './give-back.ts';
import type { DeadLetter, Queues } from './queues.ts';
import { takeAll } from './take-all.ts';

/** Which dead letters are meant. A malformed one only if its message is named: it fails again. */
export type Choice =
  | 'all'
  | { readonly orders: ReadonlySet<string>; readonly messages: ReadonlySet<string> };

const isChosen = (letter: DeadLetter, choice: Choice): boolean => {
  const orderId = orderIdOf(letter);
  if (choice === 'all') return !isMalformed(letter);
  return choice.messages.has(letter.messageId) || choice.orders.has(orderId ?? '');
};

export type Redriven = {
  readonly moved: readonly DeadLetter[];
  /** Those that stay because they were not chosen. */
  readonly left: readonly DeadLetter[];
  /** Those that their queue did not take; they stay, too. */
  readonly refused: readonly DeadLetter[];
};

/**
 * Moves dead letters back to the queues that they died in. Each is sent before it is deleted. So a death
 * in between leaves it in both queues, which does no harm, because an order is cancelled once. All
 * are taken before the first is sent, so that one that fails again at once is not moved twice.
 *
 * @throws Failure when the queues do not answer, or at Ctrl-C; what was not moved is given back
 */
export const redrive = async (
  queues: Omit<Queues, 'counts' | 'close'>,
  choice: Choice,
  {
    interrupted,
    onMoved = () => {},
  }: { readonly interrupted: AbortSignal; readonly onMoved?: (moved: number) => void },
): Promise<Redriven> => {
  const kept = new Map<string, DeadLetter>();
  const moved: DeadLetter[] = [];
  const refused: DeadLetter[] = [];
  try {
    await takeAll(queues, kept, { interrupted });
    const chosen = [...kept.values()].filter((letter) => isChosen(letter, choice));
    // Queue by queue: if one does not answer, what the other took is not left behind.
    const ofEachQueue = [...groupBy(chosen, ({ origin }) => origin).values()];
    for (const part of ofEachQueue.flatMap((letters) => inParts(letters, LETTERS_PER_CALL))) {
      if (interrupted.aborted) throw interruption();
      const sent = await queues.send(part);
      if (sent.length > 0) await queues.remove(sent);
      for (const { messageId } of sent) kept.delete(messageId);
      moved.push(...sent);
      refused.push(...part.filter((letter) => !sent.includes(letter)));
      onMoved(moved.length);
    }
    if (interrupted.aborted) throw interruption();
  } finally {
    await giveBackAll(queues, kept.values());
  }
  return { moved, refused, left: [...kept.values()].filter((each) => !refused.includes(each)) };
};
