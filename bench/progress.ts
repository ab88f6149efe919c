/** Prints the progress to standard error, because the result goes to standard output. */
const start = performance.now();

export const progress = (text: string): void => {
  const seconds = ((performance.now() - start) / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
};
