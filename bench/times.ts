/** Measures times, and takes their median. */

/** The seconds that some work takes, and its result. */
export const timed = async <Result>(
  work: () => Promise<Result>,
): Promise<{ readonly seconds: number; readonly result: Result }> => {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1_000, result };
};

/** The median; of an even count, the upper of the two middle numbers. */
export const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
