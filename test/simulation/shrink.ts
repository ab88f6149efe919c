/** The shortest history that still goes wrong. */
import { type Outcome, simulate } from './simulate.ts';
import type { WorldKind } from './worlds.ts';

/** How many there are, and how many there were. */
export type Part = { readonly left: number; readonly of: number };

export type Shrunk = {
  /** With its lines. */
  readonly outcome: Outcome;
  readonly deeds: Part;
  readonly crowd: Part;
  readonly faults: Part;
};

/** The most histories that are tried. */
const MOST_TRIES = 600;

/**
 * Leaves out deeds, orders of the crowd and faults of a seed that goes wrong, as long as the same law is broken. Choices
 * have names, so what is left stays as it was.
 */
export const shrink = async ({
  seed,
  world,
}: {
  readonly seed: number;
  readonly world: WorldKind;
}): Promise<Shrunk | undefined> => {
  const first = await simulate(seed, { world });
  const law = first.violations[0]?.law;
  if (law === undefined) return undefined;
  let tries = 0;
  let last = first;

  /** Whether it still goes wrong in the same way. */
  const fails = async (without: Set<string>, calm: Set<string>): Promise<boolean> => {
    tries += 1;
    // What goes wrong much later than before is no shorter history.
    const mostMs = 2 * last.virtualMs;
    const outcome = await simulate(seed, { world, without, calm, mostMs });
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
    const dispensable = async (ids: readonly string[]): Promise<boolean> => {
      const more = new Set([...without, ...ids]);
      const isSame = await fails(more, calm);
      if (isSame) without = more;
      return isSame;
    };
    for (const all of [first.deeds, first.crowd]) {
      await reduce(
        all.filter((id) => !without.has(id)),
        dispensable,
      );
    }
    const faults = last.faults.map(({ label }) => label);
    await reduce(faults, async (labels) => {
      const more = new Set([...calm, ...labels]);
      const isSame = await fails(without, more);
      if (isSame) calm = more;
      return isSame;
    });
  }
  const outcome = await simulate(seed, { world, without, calm, keepsLines: true });
  return {
    outcome,
    deeds: { left: outcome.deeds.length, of: first.deeds.length },
    crowd: { left: outcome.crowd.length, of: first.crowd.length },
    faults: { left: outcome.faults.length, of: first.faults.length },
  };
};
