/** What callers were told, from the functions' log and from the answers to HTTP requests. */

/** Reads the log of the functions, one line at a time. */
export const createTold = () => {
  const outcomes: Record<string, number> = {};
  const cancelled = new Map<string, { log: number; http: number }>();
  const problems: string[] = [];
  let finishedBySweep = 0;

  const tell = (orderId: string, by: 'log' | 'http'): void => {
    const times = cancelled.get(orderId) ?? { log: 0, http: 0 };
    times[by] += 1;
    cancelled.set(orderId, times);
  };

  return {
    outcomes,
    finishedBySweep: (): number => finishedBySweep,
    /** A caller was told over HTTP that its call has cancelled the order. */
    byHttp: (orderId: string): void => tell(orderId, 'http'),
    read(line: string): void {
      if (!line.startsWith('{')) {
        problems.push(line);
        return;
      }
      const { level, message, orderId, outcome, OrdersFinished: finished = 0 } = JSON.parse(line);
      finishedBySweep += finished;
      if (level === 'ERROR') outcomes[message] = (outcomes[message] ?? 0) + 1;
      if (message !== 'cancellation') return;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === 'cancelled') tell(orderId, 'log');
    },
    /** Nobody is told twice that an order was cancelled; and whoever is told so, the log has it. */
    violations: (): string[] => [
      ...problems.map((line) => `not a line of the log: ${line}`),
      ...[...cancelled].flatMap(([id, { log, http }]) =>
        log > 1 || http > log ? [`${id}: cancelled ${log} times in the log, ${http} by HTTP`] : [],
      ),
    ],
  };
};
