// Jest calls this after the last end-to-end test, in the same process as make-bundles.mjs.
import { tsImport } from 'tsx/esm/api';

export default async () => {
  const { removeBundlesOfRun } = await tsImport('./bundles-of-run.ts', import.meta.url);
  await removeBundlesOfRun();
};
