/** Makes one program of the simulation and of the code that it simulates. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Program = { readonly file: string; readonly remove: () => Promise<void> };

/** What a function keeps from one invocation to the next, by its file. */
const KEPT = {
  'cancel-orders': 'takeTurn = createTurns(shop, reportNoTurn);',
  'sweep-orders': "expiryGraceSeconds = wholeNumberFrom(process.env, 'EXPIRY_GRACE_MINUTES') * 60;",
} as const;

/**
 * The queue function remembers from one invocation to the next how long turns take, and the sweep has
 * read its settings. A seed must not have what the seed before it left, or its history would depend
 * on that.
 */
const newContainers: Plugin = {
  name: 'new containers for each seed',
  setup: ({ onLoad }) => {
    for (const [name, kept] of Object.entries(KEPT)) {
      onLoad({ filter: new RegExp(`/functions/${name}\\.ts$`) }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes(`const ${kept}`)) throw new Error(`${path} has to contain: ${kept}`);
        const renewed = `let ${kept}\natBeginning(() => {\n  ${kept}\n});`;
        const contents = `import { atBeginning } from '../test/simulation/machine.ts';
${source.replace(`const ${kept}`, renewed)}`;
        return { contents, loader: 'ts' };
      });
    }
  },
};

/**
 * One file, in which an `import()` is over in the same turn of the event loop; as files of their
 * own, modules are loaded in the machine's time.
 *
 * @param plugins of esbuild, such as one that changes the code
 */
export const bundleSimulation = async (plugins: Plugin[] = []): Promise<Program> => {
  // Below node_modules, where packages are found.
  const cache = join(ROOT, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'simulation-'));
  const file = join(folder, 'worker.mjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/simulation/worker.ts'],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [...plugins, newContainers],
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
};
