import type { Queues } from '../../dead-letters/queues.ts';
import type { Session } from '../../session.ts';

/** Opens the queues for as long as the work takes. */
export const withQueues = async <Result>(
  { place, ports }: Session,
  work: (queues: Queues) => Promise<Result>,
): Promise<Result> => {
  const queues = await ports.openQueues(place, ports);
  try {
    return await work(queues);
  } finally {
    queues.close();
  }
};
