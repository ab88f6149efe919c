/** Puts a fault into the code, on its way into a program or in a copy of the sources. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Fault } from './list.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The file of the test that has to notice a fault. */
export const fileOfTest = (test: string): string => join('test/unit', `${test}.test.ts`);

/** The files that a fault changes. */
export const filesOf = ({ edits }: Pick<Fault, 'edits'>): string[] => [
  ...new Set(edits.map(({ file }) => file)),
];

/**
 * The source of a file with the edits that concern it.
 *
 * @throws Error when a text does not occur exactly once
 */
export const mutate = (
  { name, edits }: Pick<Fault, 'name' | 'edits'>,
  file: string,
  source: string,
): string =>
  edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      const [before, after, ...more] = text.split(find);
      if (before === undefined || after === undefined || more.length > 0) {
        throw new Error(`"${name}" has to find this exactly once in ${file}: ${find}`);
      }
      return before + replace + after;
    }, source);

/** The fault and the odds that it gets in the simulation. */
export const withOdds = ({ name, edits, odds = [] }: Fault): Pick<Fault, 'name' | 'edits'> => ({
  name,
  edits: [...edits, ...odds],
});

/** Puts the fault into a program that esbuild builds. */
export const asPlugin = (fault: Fault): Plugin => ({
  name: fault.name,
  setup: ({ onLoad }) => {
    const changed = withOdds(fault);
    const files = filesOf(changed);
    onLoad({ filter: /\/(lib|functions|simulation)\/.*\.ts$/ }, async ({ path }) => {
      const file = relative(ROOT, path);
      if (!files.includes(file)) return undefined;
      return { contents: mutate(changed, file, await readFile(path, 'utf8')), loader: 'ts' };
    });
  },
});

/** Puts the fault into a copy of the sources, and takes it out again after `work`. */
export const inCopy = async <T>(fault: Fault, copy: string, work: () => Promise<T>): Promise<T> => {
  const originals = await Promise.all(
    filesOf(fault).map(async (file) => {
      const source = await readFile(join(ROOT, file), 'utf8');
      await writeFile(join(copy, file), mutate(fault, file, source));
      return { file, source };
    }),
  );
  try {
    return await work();
  } finally {
    for (const { file, source } of originals) await writeFile(join(copy, file), source);
  }
};
