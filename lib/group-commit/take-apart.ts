import type { Progress } from './progress.ts';

/**
 * Divides the orders of a group that are left: those that its standstill is about, and the rest,
 * which can go on without them. If it is about all of them, there is no rest; `halve` then halves
 * them.
 */
export const takeApart = <Why>(
  group: readonly Progress<Why>[],
  about: readonly Progress<Why>[],
  { halve }: { readonly halve: boolean },
): { readonly rest: readonly Progress<Why>[]; readonly apart: readonly Progress<Why>[] } => {
  const undone = group.filter((progress) => progress.isUndone);
  const isAbout = new Set(about);
  const rest = undone.filter((progress) => !isAbout.has(progress));
  if (rest.length > 0 || !halve) {
    return { rest, apart: undone.filter((progress) => isAbout.has(progress)) };
  }
  const half = Math.ceil(undone.length / 2);
  return { rest: undone.slice(0, half), apart: undone.slice(half) };
};
