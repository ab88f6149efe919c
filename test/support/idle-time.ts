/** Virtual time that jumps to the next timer when nothing else is left to do. */
import { setImmediate } from 'node:timers/promises';
import type { Runtime } from '../../lib/runtime.ts';

/** Turns of the event loop in which everything that does not wait for time ends. */
const TURNS = 30;

/** Whether a file is being read, such as the SDK's configuration before its first request. */
const isReadingFiles = (): boolean =>
  process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));

type Sleeper = { readonly at: number; readonly wake: () => void };

export const createIdleTime = () => {
  const sleepers: Sleeper[] = [];
  let now = 0;

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => sleepers.push({ at: now + milliseconds, wake }));

  const wakeNext = (): void => {
    // Of sleepers with the same time, the first that went to sleep wakes first.
    const next = sleepers.reduce((first, one) => (one.at < first.at ? one : first));
    sleepers.splice(sleepers.indexOf(next), 1);
    now = next.at;
    next.wake();
  };

  return {
    sleep,
    /** Milliseconds since the start. */
    elapsed: (): number => now,
    /** The parts of a runtime that depend on time; requests are never aborted. */
    runtime: (start: string): Pick<Runtime, 'now' | 'sleep' | 'abortAfter'> => ({
      now: () => new Date(Date.parse(start) + now),
      sleep,
      abortAfter: () => new AbortController().signal,
    }),
    /** Lets time pass until this work ends. */
    run: async <Result>(work: Promise<Result>): Promise<Result> => {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        for (let turn = 0; turn < TURNS && !isDone; turn += 1) {
          await setImmediate();
          if (isReadingFiles()) turn = 0;
        }
        if (!isDone && sleepers.length > 0) wakeNext();
      }
      return done;
    },
  };
};
