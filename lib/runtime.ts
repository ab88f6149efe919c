import { setTimeout as sleep } from 'node:timers/promises';
import { ulid } from 'ulid';

/**
 * The machine's clock, timers and random numbers. This is the only file of `lib` that uses them
 * directly. All other code gets a `Runtime`, so that a test or a simulation can control the time
 * and repeat the same run.
 */
export type Runtime = {
  readonly now: () => Date;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  /** Waits this many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** A signal that aborts after this many milliseconds. */
  readonly abortAfter: (milliseconds: number) => AbortSignal;
  /** A unique id: a ULID, 26 letters and digits, sorted by time. */
  readonly newId: () => string;
};

/** The longest that a timer can wait, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemRuntime: Runtime = {
  now: () => new Date(),
  random: () => Math.random(),
  sleep: (milliseconds) => sleep(milliseconds),
  abortAfter: (milliseconds) =>
    AbortSignal.timeout(Math.min(Math.floor(milliseconds), LONGEST_TIMER_MS)),
  newId: () => ulid(),
};
