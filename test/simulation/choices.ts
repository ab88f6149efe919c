/** Where chance comes from: one function makes every choice of a simulation. */

/**
 * Chooses a whole number from 0 up to but not including `n`. The choice 0 is always the uneventful
 * one: no fault, the shortest wait, the first in line. So a search that begins with zeros begins
 * with a calm day.
 *
 * @param label names the choice, once in a history: a choice that has a name does not depend on how
 *   many others were made before it
 */
export type Choose = (n: number, label: string) => number;

/**
 * The choices of a seed. Each depends on the seed and its own label only, so a history from which
 * something is left out keeps all its other choices.
 *
 * @param calm labels of choices that are 0, whatever the seed says
 */
export const seededChoices =
  (seed: number, calm: ReadonlySet<string> = new Set()): Choose =>
  (n, label) =>
    n <= 1 || calm.has(label) ? 0 : hashOf(label, seed) % n;

/** A whole number of 32 bits for a text: FNV-1a, and then the finish of MurmurHash3. */
export const hashOf = (text: string, seed = 0): number => {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** Choices in other words. */
export type Chance = ReturnType<typeof createChance>;

const PARTS = 10_000;

export const createChance = (choose: Choose) => ({
  choose,
  /** Whether something happens that has this probability. */
  happens: (probability: number, label: string): boolean =>
    probability > 0 && choose(PARTS, label) >= PARTS * (1 - probability),
  /** A whole number from `from` to `to`. */
  between: (from: number, to: number, label: string): number => from + choose(to - from + 1, label),
  oneOf: <T>(all: readonly [T, ...T[]], label: string): T =>
    all[choose(all.length, label)] ?? all[0],
});
