/** Puts a fault into the code, on its way into a program or in a copy of the sources. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Edit, Fault } from './list.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The file of the test that has to notice a fault. */
export const fileOfTest = (test: string): string => join('test/unit', `${test}.test.ts`);

/** Changes of the sources: a fault, the odds that it gets, or both. */
export type Changes = { readonly name: string; readonly edits: readonly Edit[] };

/** The files that are changed. */
export const filesOf = ({ edits }: Pick<Changes, 'edits'>): string[] => [
  ...new Set(edits.map(({ file }) => file)),
];

/**
 * The source of a file with the edits that concern it.
 *
 * @throws Error when a text does not occur exactly once
 */
export const mutate = ({ name, edits }: Changes, file: string, source: string): string =>
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
export const withOdds = ({ name, edits, odds = [] }: Fault): Changes => ({
  name,
  edits: [...edits, ...odds],
});

/** Puts changes into a program that esbuild builds. */
export const asPlugin = (changes: Changes): Plugin => ({
  name: changes.name,
  setup: ({ onLoad }) => {
    const files = filesOf(changes);
    onLoad({ filter: /\/(lib|functions|simulation)\/.*\.ts$/ }, async ({ path }) => {
      const file = relative(ROOT, path);
      if (!files.includes(file)) return undefined;
      return { contents: mutate(changes, file, await readFile(path, 'utf8')), loader: 'ts' };
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
