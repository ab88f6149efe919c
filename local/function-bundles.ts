/**
 * The functions' bundles for this machine. They are the same as those of a deployment, but
 * serverless-esbuild runs esbuild once for each function, and each run reads the whole SDK again.
 * One run for all functions takes a third of the processor time.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, stop } from 'esbuild';
import type { ServerlessConfiguration } from './infrastructure.ts';
import { PROJECT_FOLDER } from './serverless-command.ts';

const require = createRequire(import.meta.url);

/** `custom.esbuild` of serverless.yml: options of esbuild, and some of serverless-esbuild. */
export type BundleSettings = Omit<BuildOptions, 'plugins'> & {
  /** A module that exports plugins of esbuild, from the project's folder. */
  readonly plugins?: string;
  readonly outputFileExtension: string;
  readonly exclude?: unknown;
  readonly skipRebuild?: unknown;
};

/**
 * What esbuild has to be told. An option that is new in serverless.yml goes to esbuild, which
 * refuses it if it does not know it.
 */
export const buildOptions = ({
  outputFileExtension,
  exclude: _exclude,
  skipRebuild: _skipRebuild,
  plugins,
  ...options
}: BundleSettings): BuildOptions => ({
  ...options,
  ...(plugins !== undefined && { plugins: require(join(PROJECT_FOLDER, plugins)) }),
  platform: 'node',
  absWorkingDir: PROJECT_FOLDER,
  outExtension: { '.js': outputFileExtension },
  logLevel: 'warning',
});

/**
 * Writes one bundle for each function, under the path of its source.
 *
 * @param folder where the bundles go, from the project's folder
 * @throws esbuild's error when a function cannot be bundled
 */
export const bundleFunctions = async (
  { custom, functions }: ServerlessConfiguration,
  folder: string,
): Promise<void> => {
  const sources = Object.values(functions).map(({ handler }) => handler.replace(/\.\w+$/, '.ts'));
  await build({
    ...buildOptions(custom.esbuild),
    entryPoints: sources,
    outbase: PROJECT_FOLDER,
    outdir: folder,
  });
  // esbuild's process would stay, and with it some hundred megabytes.
  await stop();
};
