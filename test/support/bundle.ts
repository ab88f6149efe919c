/** Bundles a function the way it is deployed: with the settings that serverless.yml gives esbuild. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type BundleSettings, buildOptions } from '../../local/function-bundles.ts';
import { configuration } from './infrastructure.ts';

export const readBundleSettings = async (): Promise<BundleSettings> =>
  (await configuration()).custom.esbuild;

/** Bundles with esbuild alone: no module is replaced by a smaller one. */
export const withoutReplacements = ({ alias: _, ...rest }: BundleSettings): BundleSettings => rest;

export type Bundle = { readonly file: string; readonly bytes: number };

/**
 * @param entry a source file, from the project's folder
 * @param folder where to put the bundle
 */
export const bundle = async (
  entry: string,
  settings: BundleSettings,
  folder: string,
): Promise<Bundle> => {
  const file = join(folder, basename(entry).replace(/\.ts$/, settings.outputFileExtension));
  await build({ ...buildOptions(settings), entryPoints: [entry], outdir: folder });
  return { file, bytes: (await stat(file)).size };
};
