/** Waits for a condition, with a time limit. */
import { setTimeout as delay } from 'node:timers/promises';

type Options = {
  readonly timeoutSeconds: number;
  readonly intervalMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
  /** Ends the wait early when it resolves: then the condition can never become true. */
  readonly failure?: Promise<Error>;
};

/**
 * Calls `check` repeatedly until it returns true.
 *
 * @param what ends the sentence "Gave up waiting until …"
 * @throws the failure, the signal's reason, or an error when the time is up
 */
export const waitUntil = async (
  what: string,
  check: () => Promise<boolean>,
  { timeoutSeconds, intervalMilliseconds = 50, signal, failure }: Options,
): Promise<void> => {
  let failed: Error | undefined;
  void failure?.then((error) => {
    failed = error;
  });
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!(await check())) {
    if (failed !== undefined) throw failed;
    signal?.throwIfAborted();
    if (performance.now() > deadline) {
      throw new Error(`Gave up waiting until ${what} after ${timeoutSeconds} seconds.`);
    }
    await delay(intervalMilliseconds);
  }
};
