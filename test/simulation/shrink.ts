/** The shortest history that still goes wrong. */
import { type Outcome, simulate } from './simulate.ts';

export type Shrunk = {
  /** With its lines. */
  readonly outcome: Outcome;
  /** Deeds and faults that are left, and how many there were. */
  readonly deeds: { readonly left: number; readonly of: number };
  readonly faults: { readonly left: number; readonly of: number };
};

/** The most histories that are tried. */
const MOST_TRIES = 600;

/**
 * Leaves out deeds and faults of a seed that goes wrong, as long as the same law is broken. Choices
 * have names, so what is left stays as it was.
 */
export const shrink = async (seed: number): Promise<Shrunk | undefined> => {
  const first = await simulate(seed);
  const law = first.violations[0]?.law;
  if (law === undefined) return undefined;
  let tries = 0;
  let last = first;

  /** Whether it still goes wrong in the same way. */
  const fails = async (without: Set<string>, calm: Set<string>): Promise<boolean> => {
    tries += 1;
    const outcome = await simulate(seed, { without, calm });
    const isSame = outcome.violations[0]?.law === law;
    if (isSame) last = outcome;
    return isSame;
  };
  let without = new Set<string>();
  let calm = new Set<string>();

  /** Leaves out parts of these, large ones first. */
  const reduce = async (
    all: readonly string[],
    leaveOut: (names: readonly string[]) => Promise<boolean>,
  ): Promise<void> => {
    let left = [...all];
    for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < left.length && tries < MOST_TRIES; ) {
        const part = left.slice(at, at + size);
        if (await leaveOut(part)) left = left.filter((one) => !part.includes(one));
        else at += size;
      }
    }
  };

  let before = -1;
  // What a deed brought about can be superfluous once another one is left out.
  while (tries < MOST_TRIES && without.size + calm.size !== before) {
    before = without.size + calm.size;
    const deeds = first.deeds.filter((id) => !without.has(id));
    await reduce(deeds, async (ids) => {
      const more = new Set([...without, ...ids]);
      const isSame = await fails(more, calm);
      if (isSame) without = more;
      return isSame;
    });
    const faults = last.faults.map(({ label }) => label);
    await reduce(faults, async (labels) => {
      const more = new Set([...calm, ...labels]);
      const isSame = await fails(without, more);
      if (isSame) calm = more;
      return isSame;
    });
  }
  const outcome = await simulate(seed, { without, calm, keepsLines: true });
  return {
    outcome,
    deeds: { left: first.deeds.length - without.size, of: first.deeds.length },
    faults: { left: outcome.faults.length, of: first.faults.length },
  };
};
