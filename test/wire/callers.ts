/** The callers that cancel orders over HTTP, two for each order. */
import { concurrently } from '../support/concurrently.ts';
import { httpCaller } from '../support/http.ts';
import { doorOf } from './orders.ts';

const AT_ONCE = 16;
const MOST_CALLS = 20;

type Options = {
  readonly baseUrl: string;
  /** Whether a transaction has changed the order. */
  readonly hasBegun: (orderId: string) => boolean;
  /** Receives the id of each order of which a caller is told that its call has cancelled it. */
  readonly onCancelled: (orderId: string) => void;
};

export const createCallers = ({ baseUrl, hasBegun, onCancelled }: Options) => {
  const post = httpCaller(baseUrl);
  const calls = new Map<string, Promise<unknown>>();
  const answers: Record<string, number> = {};

  const callUntilAnswered = async (id: string): Promise<void> => {
    for (let count = 0; count < MOST_CALLS; count += 1) {
      const { status, body } = await post('POST', `/orders/${id}/cancel`, { reason: 'customer' });
      const answer = `${status} ${body.outcome ?? body.code ?? body.message}`;
      answers[answer] = (answers[answer] ?? 0) + 1;
      if (status === 200 && body.outcome === 'cancelled') onCancelled(id);
      if (status < 500) return;
      // Callers of an order without a message do not come back once it has begun: the sweep does.
      if (doorOf(id) === 'http' && hasBegun(id)) return;
    }
  };

  return {
    /** How often callers got each answer. */
    answers,
    /** Calls for those of the orders that are cancelled over HTTP and were not called for yet. */
    callFor(orderIds: readonly string[]): void {
      const fresh = orderIds.filter((id) => doorOf(id) !== 'queue' && !calls.has(id));
      const made = concurrently([...fresh, ...fresh], callUntilAnswered, { limit: AT_ONCE });
      for (const id of fresh) calls.set(id, made);
    },
    areDone: (): Promise<unknown> => Promise.all(calls.values()),
  };
};
