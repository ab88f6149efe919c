/** Bundles a function the way it is deployed: with the settings that serverless.yml gives esbuild. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { PROJECT_FOLDER, serverlessCommand } from '../../local/serverless-command.ts';

/** The type of `custom.esbuild`: the options of esbuild and of the plugin that calls it. */
export type BundleSettings = Readonly<Record<string, unknown>>;

export const readBundleSettings = async (): Promise<BundleSettings> => {
  const [command, ...args] = serverlessCommand(
    ...['print', '--path', 'custom.esbuild', '--format', 'json'],
  );
  const { stdout } = await promisify(execFile)(command, args, { cwd: PROJECT_FOLDER });
  return JSON.parse(stdout) as BundleSettings;
};

/** Bundles with esbuild alone: no module is replaced by a smaller one. */
export const withoutReplacements = ({
  alias: _,
  plugins: __,
  ...rest
}: BundleSettings): BundleSettings => rest;

export type Bundle = { readonly file: string; readonly bytes: number };

/**
 * @param entry a source file, from the project's folder
 * @param folder where to put the bundle
 */
export const bundle = async (
  entry: string,
  { alias, banner, bundle: whole, format, mainFields, minify, plugins, target }: BundleSettings,
  folder: string,
): Promise<Bundle> => {
  const file = join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
  const options = { alias, banner, bundle: whole, format, mainFields, minify, target };
  await build({
    ...(Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    ) as BuildOptions),
    ...(typeof plugins === 'string' && { plugins: await pluginsOf(plugins) }),
    platform: 'node',
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: [entry],
    outfile: file,
    logLevel: 'warning',
  });
  return { file, bytes: (await stat(file)).size };
};

/** The plugin takes the path of a module that exports esbuild plugins, or a function that makes them. */
const pluginsOf = async (path: string): Promise<Plugin[]> => {
  const module = (await import(pathToFileURL(join(PROJECT_FOLDER, path)).href)) as {
    readonly default: Plugin[] | (() => Plugin[]);
  };
  return typeof module.default === 'function' ? module.default() : module.default;
};
