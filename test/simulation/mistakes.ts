/** Mistakes that tests put into the code, to see that the simulation finds them. */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Changes a source on its way into the simulation. */
export const changed = (file: RegExp, from: string, to: string): Plugin => ({
  name: 'a mistake',
  setup: (build) => {
    build.onLoad({ filter: file }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(from)) throw new Error(`${path} has no ${from}`);
      return { contents: source.replace(from, to), loader: 'ts' };
    });
  },
});
