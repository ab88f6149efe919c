/**
 * How often a property test tries. With `RUNS=10 npm test` it tries ten times as often: every test
 * of the usual run, and further ones after them.
 */
export const runs = (usual: number): number => usual * Number(process.env.RUNS ?? 1);
