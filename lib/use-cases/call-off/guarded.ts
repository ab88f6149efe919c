import type { Change, Refusal } from '../../domain/change.ts';
import type { Ports, Store } from '../ports.ts';

/**
 * - `guard`: adds a condition to the changes of a commit.
 * - `stops`: whether a refusal says that this condition failed.
 */
type Guard = {
  readonly guard: (changes: readonly Change[]) => readonly Change[];
  readonly stops: (refusal: Refusal) => boolean;
};

/**
 * The same shop, in which commits have a condition more. Once a commit was refused for this reason
 * alone, no time is left.
 */
export const guarded = (ports: Ports, { guard, stops }: Guard): Ports => {
  let isStopped = false;
  const commit: Store['commit'] = async (changes, remaining, options) => {
    const result = await ports.store.commit(guard(changes), remaining, options);
    if (result.type !== 'refused') return result;
    // Other refusals tell what is wrong with the plan, and perhaps that it took effect before.
    const refusals = result.refusals.filter((refusal) => !stops(refusal));
    if (refusals.length > 0) return { ...result, refusals };
    isStopped = true;
    return { type: 'exhausted', conflicts: result.conflicts };
  };
  return {
    ...ports,
    store: { ...ports.store, commit },
    remaining: () => (isStopped ? 0 : ports.remaining()),
  };
};
