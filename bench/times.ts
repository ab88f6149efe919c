/** How long work takes, and what of several times counts. */

/** Seconds that some work takes, and what it comes to. */
export const timed = async <Result>(
  work: () => Promise<Result>,
): Promise<{ readonly seconds: number; readonly result: Result }> => {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1_000, result };
};

/** The middle one of some numbers; of an even count, the upper of the two in the middle. */
export const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
