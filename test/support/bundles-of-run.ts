/**
 * The functions' bundles, made once for a run of the tests, because making them takes much of the
 * processor time of a start. That `npm start` makes its own, test/e2e/start.test.ts shows.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunctions } from '../../local/function-bundles.ts';
import { WORK_FOLDER } from '../../local/serverless-offline.ts';
import { configuration } from './infrastructure.ts';

/** Jest's workers inherit it. */
const VARIABLE = 'COUNTERMAND_BUNDLES_OF_RUN';

/** Their folder, or nothing where nobody has made them. */
export const bundlesOfRun = (): string | undefined => process.env[VARIABLE];

export const makeBundlesOfRun = async (): Promise<void> => {
  const folder = join(WORK_FOLDER, `build-of-run-${process.pid}`);
  await bundleFunctions(await configuration(), folder);
  process.env[VARIABLE] = folder;
};

export const removeBundlesOfRun = async (): Promise<void> => {
  const folder = bundlesOfRun();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
};
