/** What happened, in its order: for a hash of all of it, and for a person to read. */
import { hashOf } from './choices.ts';
import type { Fault } from './swarm.ts';

export type Line = {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly who: string;
  readonly what: string;
};

/** A fault that came, and the choice that brought it. */
export type Injected = { readonly kind: Fault; readonly label: string };

export type History = ReturnType<typeof createHistory>;

/** @param now tells the time of the line that is written */
export const createHistory = (now: () => number, { keepsLines }: { keepsLines: boolean }) => {
  let hash = 0;
  const lines: Line[] = [];
  const injected: Injected[] = [];
  const counts = new Map<string, number>();
  return {
    /** Adds to the hash only. */
    step: (at: number, label: string): void => {
      hash = hashOf(label, hash ^ Math.round(at * 16));
    },
    note: (who: string, what: () => string): void => {
      if (keepsLines) lines.push({ at: now(), who, what: what() });
    },
    count: (what: string, times = 1): void => {
      counts.set(what, (counts.get(what) ?? 0) + times);
    },
    fault: (kind: Fault, label: string): void => {
      injected.push({ kind, label });
      if (keepsLines) lines.push({ at: now(), who: label, what: `FAULT ${kind}` });
    },
    hash: (): string => (hash >>> 0).toString(16).padStart(8, '0'),
    lines: lines as readonly Line[],
    injected: injected as readonly Injected[],
    counts: counts as ReadonlyMap<string, number>,
  };
};

/** As a table, with a column for the time, one for who it was and one for what. */
export const asTable = (lines: readonly Line[]): string => {
  const width = lines.reduce((most, { who }) => Math.max(most, who.length), 0);
  return lines
    .map(
      ({ at, who, what }) =>
        `${(at / 1_000).toFixed(3).padStart(9)} s  ${who.padEnd(width)}  ${what}`,
    )
    .join('\n');
};
