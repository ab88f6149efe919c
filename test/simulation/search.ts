/** Every history of a small world, depth first: each is simulated from the start. */
import { asTable } from './history.ts';
import { type Outcome, simulate } from './simulate.ts';
import { createSmall, type Decide, type SmallWorld } from './small.ts';

export type Found = {
  /** Histories without a fault, and with one. */
  readonly calm: number;
  readonly faulty: number;
  /** What happened how often in all of them, and each kind of fault. */
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** The first history that goes wrong, with which the search ends. */
  readonly failure?: string;
};

/** A choice that was made, and among how many. */
type Point = { readonly choice: number; readonly ways: number };

export const searchAll = async (
  world: SmallWorld,
  options: { readonly hasFault: boolean },
): Promise<Found> => {
  let [calm, faulty] = [0, 0];
  const counts: Record<string, number> = {};
  const faults: Record<string, number> = {};
  let next: readonly number[] | undefined = [];
  while (next) {
    const { outcome, isRedundant, path } = await follow(world, next, options);
    if (!isRedundant) {
      if (outcome.faults.length === 0) calm += 1;
      else faulty += 1;
      for (const { kind } of outcome.faults) faults[kind] = (faults[kind] ?? 0) + 1;
      for (const [name, count] of outcome.counts) counts[name] = (counts[name] ?? 0) + count;
    }
    if (outcome.violations.length > 0) {
      const failure = await tell(world, path, options);
      return { calm, faulty, counts, faults, failure };
    }
    next = after(path);
  }
  return { calm, faulty, counts, faults };
};

/** Simulates the history that begins with these choices and goes on with the first of each. */
const follow = async (
  world: SmallWorld,
  choices: readonly number[],
  { hasFault, keepsLines = false }: { readonly hasFault: boolean; readonly keepsLines?: boolean },
): Promise<{ outcome: Outcome; isRedundant: boolean; path: readonly Point[] }> => {
  const path: Point[] = [];
  const decide: Decide = (ways) => {
    const choice = choices[path.length] ?? 0;
    path.push({ choice, ways });
    return choice;
  };
  const small = createSmall(world, decide, { hasFault });
  const outcome = await simulate(0, { small, keepsLines });
  return { outcome, isRedundant: small.isRedundant(), path };
};

/** The choices with the next way at the last point that has one; none if all were gone. */
const after = (path: readonly Point[]): number[] | undefined => {
  const last = path.findLastIndex(({ choice, ways }) => choice + 1 < ways);
  if (last === -1) return undefined;
  return path.slice(0, last + 1).map(({ choice }, at) => (at === last ? choice + 1 : choice));
};

const tell = async (
  world: SmallWorld,
  path: readonly Point[],
  options: { readonly hasFault: boolean },
): Promise<string> => {
  const choices = path.map(({ choice }) => choice);
  const { outcome } = await follow(world, choices, { ...options, keepsLines: true });
  return [
    `${nameOfWorld(world)}, choices ${choices.join(' ')}:`,
    asTable(outcome.lines),
    ...outcome.violations.map(({ law, about }) => `${law}: ${about}`),
  ].join('\n');
};

export const nameOfWorld = ({ operations, begins }: SmallWorld): string =>
  `${operations.join(' + ')} (${begins})`;
