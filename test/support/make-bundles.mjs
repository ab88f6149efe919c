// Jest calls this before the first end-to-end test. Plain JavaScript, because Jest loads it without a
// loader for TypeScript.
import { tsImport } from 'tsx/esm/api';

export default async () => {
  const { makeBundlesOfRun } = await tsImport('./bundles-of-run.ts', import.meta.url);
  await makeBundlesOfRun();
};
