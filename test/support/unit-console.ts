/** Captures the log while tests run, so that tests can read it and the output stays clean. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Starts to capture; `restore` stops it. */
export const captureLog = () => {
  const lines: string[] = [];
  const listened = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = (chunk: unknown) => {
      lines.push(...String(chunk).split('\n').filter(Boolean));
      return true;
    };
    return { stream, write };
  });
  const parsed = (): LogLine[] =>
    lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return [];
      }
    });
  return {
    text: (): string => lines.join('\n'),
    /** The lines of the logger. */
    messages: (): LogLine[] => parsed().filter((line) => 'message' in line),
    /** The values of all metrics in embedded metric format, summed by name. */
    metrics: (): Record<string, number> => {
      const totals: Record<string, number> = {};
      for (const line of parsed()) {
        const { CloudWatchMetrics } = (line._aws ?? {}) as {
          CloudWatchMetrics?: { Metrics: { Name: string }[] }[];
        };
        for (const { Name } of CloudWatchMetrics?.[0]?.Metrics ?? []) {
          totals[Name] = (totals[Name] ?? 0) + Number(line[Name]);
        }
      }
      return totals;
    },
    forget: (): void => {
      lines.length = 0;
    },
    restore: (): void => {
      for (const { stream, write } of listened) stream.write = write;
    },
  };
};
