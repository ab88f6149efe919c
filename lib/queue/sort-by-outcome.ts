import type { Received } from './read-messages.ts';

/**
 * Receives after which an order that nobody knows is one that never was: a message may overtake the
 * write of its order, but not for so long.
 */
const RECEIVES_UNTIL_UNKNOWN = 3;

/** A message whose order nobody knows. */
export type UnknownOrder = { readonly messageId: string; readonly orderId: string };

/** What became of a message's request. */
type Ended = {
  readonly orderId: string;
  readonly outcome:
    | 'cancelled'
    | 'already_cancelled'
    | 'not_cancellable'
    | 'not_found'
    | 'unfinished'
    | 'failed';
};

/**
 * Which messages have to come back, and which are done although their order is unknown; all others
 * are done as well.
 *
 * @param results one per message, in the same order
 */
export const sortByOutcome = (
  received: readonly Received[],
  results: readonly Ended[],
): { readonly undone: readonly Received[]; readonly unknown: readonly UnknownOrder[] } => {
  const undone: Received[] = [];
  const unknown: UnknownOrder[] = [];
  for (const [index, { orderId, outcome }] of results.entries()) {
    const message = received[index] as Received;
    switch (outcome) {
      case 'cancelled':
      case 'already_cancelled':
      case 'not_cancellable':
        break;
      case 'not_found':
        if (message.receives < RECEIVES_UNTIL_UNKNOWN) undone.push(message);
        else unknown.push({ messageId: message.messageId, orderId });
        break;
      case 'unfinished':
      case 'failed':
        undone.push(message);
        break;
    }
  }
  return { undone, unknown };
};
