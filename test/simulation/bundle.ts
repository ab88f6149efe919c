/** Makes one program of the simulation and of the code that it simulates. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Program = { readonly file: string; readonly remove: () => Promise<void> };

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
    plugins,
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
};
