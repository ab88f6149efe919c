import type { Received } from './read-messages.ts';

/**
 * At this receive, an order that still does not exist counts as unknown: a message may overtake the
 * write of its order, but not for so long.
 */
const RECEIVES_UNTIL_UNKNOWN = 3;

/** A message whose order does not exist. */
export type UnknownOrder = { readonly orderId: string; readonly message: Received };

/** The result of a message's request. */
type Ended = {
  readonly orderId: string;
  readonly outcome:
    | 'cancelled'
    | 'already_cancelled'
    | 'not_cancellable'
    | 'line_not_found'
    | 'quantity_exceeded'
    | 'reference_reused'
    | 'not_found'
    | 'unfinished'
    | 'failed';
};

/**
 * Finds the messages that have to come back, and those that are done although their order is
 * unknown. All other messages are done, too.
 *
 * @param results one per message, in the same sequence
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
      case 'line_not_found':
      case 'quantity_exceeded':
      case 'reference_reused':
        break;
      case 'not_found':
        if (message.receives < RECEIVES_UNTIL_UNKNOWN) undone.push(message);
        else unknown.push({ orderId, message });
        break;
      case 'unfinished':
      case 'failed':
        undone.push(message);
        break;
    }
  }
  return { undone, unknown };
};
