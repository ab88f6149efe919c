/** What callers were told: over HTTP, and in the functions' log, which has every outcome. */
export const createTold = () => {
  const outcomes: Record<string, number> = {};
  const byHttp: string[] = [];
  const byLog: string[] = [];
  let finishedBySweep = 0;

  return {
    /** How often the log has each outcome, each warning and each error. */
    outcomes,
    finishedBySweep: (): number => finishedBySweep,
    /** The orders of which a caller over HTTP was told that its call has cancelled them. */
    byHttp,
    read(line: string): void {
      const { level, message, orderId, outcome, OrdersFinished: finished = 0 } = parse(line);
      finishedBySweep += finished;
      const name = message === 'cancellation' ? outcome : level === 'INFO' ? undefined : message;
      if (name !== undefined) outcomes[name] = (outcomes[name] ?? 0) + 1;
      if (name === 'cancelled') byLog.push(orderId);
    },
    /** The log has it at most once that an order was cancelled, and over HTTP nobody else hears it. */
    violations: (): string[] => [
      ...repeated(byLog).map((id) => `${id} was cancelled twice, says the log`),
      ...repeated(byHttp).map((id) => `two callers were told that they have cancelled ${id}`),
      ...without(byHttp, byLog).map((id) => `${id} was cancelled over HTTP and not in the log`),
    ],
  };
};

/** The last line of a killed process may be cut off. */
const parse = (line: string) => {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
};

const repeated = (ids: readonly string[]): string[] =>
  ids.length === new Set(ids).size ? [] : ids.filter((id, index) => ids.indexOf(id) !== index);

const without = (ids: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
};
