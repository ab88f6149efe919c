/** Waiting for something to become true, but not for ever. */
import { setTimeout as delay } from 'node:timers/promises';

type Options = {
  readonly timeoutSeconds: number;
  readonly intervalMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
  /** What we wait for can fail on its own: then there is nothing left to wait for. */
  readonly failure?: Promise<Error>;
};

/**
 * Asks `check` again and again until it answers true.
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
