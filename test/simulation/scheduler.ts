/** Virtual time: what happens next, and what runs meanwhile. */
import { setImmediate } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import type { Choose } from './choices.ts';

/**
 * A run of the real code: one invocation of a function. Between two scheduling points it has the
 * machine for itself, so whatever is asked of the machine then, it has asked.
 */
export type Process = {
  /** Names it in the history, and its choices. */
  readonly id: string;
  /** Milliseconds that its clock is ahead. */
  readonly skewMs: number;
  /** False once it has ended or was killed: then nothing of it runs any more. */
  isAlive: boolean;
  endedAt: number;
  /** Until when its processor is busy with its last step. */
  busyUntil: number;
  /** Whether somebody waits for its answer. */
  readonly hasCaller: boolean;
  /** The number of the request that it does not survive; 0 where it survives all. */
  readonly dooms: number;
  /** Requests that it has sent. */
  requests: number;
  /** How many things it has asked for, by kind. */
  readonly asked: Map<string, number>;
};

export type Timer = { cancel(): void };

type Occasion = {
  readonly at: number;
  readonly order: number;
  readonly label: string;
  readonly process: Process | undefined;
  run: (() => void) | undefined;
};

export type Scheduler = {
  /** Milliseconds since the beginning. */
  readonly now: () => number;
  /** The process that runs at this moment. */
  readonly current: () => Process | undefined;
  /** Something that happens out in the world, so many milliseconds from now. */
  readonly later: (milliseconds: number, label: string, run: () => void) => Timer;
  /** A process goes on, so many milliseconds from now, unless it has ended by then. */
  readonly resume: (
    process: Process,
    milliseconds: number,
    label: string,
    run: () => void,
  ) => Timer;
  /** A name that no other choice has. */
  readonly nameFor: (process: Process, kind: string) => string;
  /** Lets things happen, one after the other, until `isOver` or nothing is left to happen. */
  readonly run: (isOver: () => boolean) => Promise<void>;
  /** How many times something happened. */
  readonly steps: () => number;
};

type Options = {
  readonly choose: Choose;
  /** Milliseconds that the next step of a process keeps its processor busy. */
  readonly work: (process: Process) => number;
  /** Is told what happens. */
  readonly watch: (at: number, label: string) => void;
  /** Turns of the event loop that a step gets; one is enough, see `settle`. */
  readonly turns?: number;
};

export const createScheduler = ({ choose, work, watch, turns = 1 }: Options): Scheduler => {
  const queue = new TinyQueue<Occasion>([], (a, b) => a.at - b.at || a.order - b.order);
  let now = 0;
  let order = 0;
  let steps = 0;
  let current: Process | undefined;

  const add = (
    milliseconds: number,
    label: string,
    run: () => void,
    process?: Process,
  ): Occasion => {
    order += 1;
    const one: Occasion = { at: now + Math.max(0, milliseconds), order, label, process, run };
    queue.push(one);
    return one;
  };
  const asTimer = (one: Occasion): Timer => ({
    cancel: () => {
      one.run = undefined;
    },
  });

  const isGone = ({ run, process }: Occasion): boolean =>
    run === undefined || process?.isAlive === false;

  /** What happens next: of all that is due at the same time, the one that is chosen. */
  const next = (): Occasion | undefined => {
    let first = queue.pop();
    while (first && isGone(first)) first = queue.pop();
    if (!first) return undefined;
    const due = [first];
    while (queue.peek()?.at === first.at) {
      const other = queue.pop();
      if (other && !isGone(other)) due.push(other);
    }
    const chosen = due.splice(choose(due.length, `next ${steps}`), 1)[0];
    for (const other of due) queue.push(other);
    return chosen;
  };

  /**
   * Lets the code run until all of it waits for something that is yet to happen. The code waits
   * only for promises of this machine, so it has stopped when no microtask is left, and that is when
   * the event loop turns.
   */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  };

  return {
    now: () => now,
    current: () => current,
    steps: () => steps,
    later: (milliseconds, label, run) => asTimer(add(milliseconds, label, run)),
    resume: (process, milliseconds, label, run) => asTimer(add(milliseconds, label, run, process)),
    nameFor: (process, kind) => {
      const count = (process.asked.get(kind) ?? 0) + 1;
      process.asked.set(kind, count);
      return `${process.id}/${kind}${count}`;
    },
    run: async (isOver) => {
      while (!isOver()) {
        const one = next();
        if (!one) return;
        now = one.at;
        const { process, run } = one;
        if (process && process.busyUntil > now) {
          one.run = undefined;
          if (run) add(process.busyUntil - now, one.label, run, process);
          continue;
        }
        steps += 1;
        watch(now, one.label);
        if (process) process.busyUntil = now + work(process);
        current = process;
        run?.();
        if (process) await settle();
        current = undefined;
      }
    },
  };
};
