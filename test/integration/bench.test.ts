/** The benchmark runs, and counts what the docs say it counts. Nothing here is about speed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Run = {
  readonly engine: string;
  readonly latency: 'bare' | 'aws-like';
  readonly workload: 'uniform' | 'zipf' | 'shared' | 'hot';
  readonly strategy: 'one-by-one' | 'parallel' | 'grouped' | 'http';
  readonly concurrency: number;
  readonly batchSize: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly requestsPerCancellation: number;
  readonly writeUnitsPerCancellation: number;
  readonly boundWriteUnitsPerCancellation: number;
  readonly conflicts: number;
  readonly answeredIn300Ms?: number;
};

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...args], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });

describe('npm run bench -- --quick --json', () => {
  let runs: Run[];
  let result: Record<string, unknown>;
  let progress: string;

  beforeAll(async () => {
    const { stdout, stderr } = await bench('--quick', '--json');
    result = JSON.parse(stdout);
    runs = result.runs as Run[];
    progress = stderr;
  }, 300_000);

  const of = (strategy: Run['strategy'], differences: Partial<Run> = {}): Run[] => {
    const found = runs.filter((run) =>
      Object.entries({ strategy, ...differences }).every(
        ([name, value]) => run[name as keyof Run] === value,
      ),
    );
    expect(found.length).toBeGreaterThan(0);
    return found;
  };

  test('prints one JSON object to standard output, and its progress to standard error', () => {
    expect(Object.keys(result)).toEqual(expect.arrayContaining(['runs', 'peer']));
    expect(Array.isArray(result.peer)).toBe(true);
    for (const run of runs) {
      expect(run).toMatchObject({
        engine: expect.any(String),
        latency: expect.stringMatching(/^(bare|aws-like)$/),
        workload: expect.stringMatching(/^(uniform|zipf|shared|hot)$/),
        strategy: expect.stringMatching(/^(one-by-one|parallel|grouped|http)$/),
        concurrency: expect.any(Number),
        batchSize: expect.any(Number),
        orders: expect.any(Number),
        conflicts: expect.any(Number),
      });
      expect(run.ordersPerSecond).toBeGreaterThan(0);
    }
    expect(progress).toMatch(/hot, grouped by 100/);
  });

  test('counts one read and one transaction for each order that is cancelled alone', () => {
    for (const run of of('one-by-one')) expect(run.requestsPerCancellation).toBe(2);
    // An order, a product and a movement, each written twice.
    for (const run of of('one-by-one', { workload: 'hot' })) {
      expect(run.writeUnitsPerCancellation).toBe(6);
    }
  });

  test('counts one read and three transactions for a group of 100 orders of a hot product', () => {
    for (const run of of('grouped', { workload: 'hot', batchSize: 100 })) {
      expect(run.requestsPerCancellation).toBeCloseTo(4 / 100);
      expect(run.writeUnitsPerCancellation).toBeCloseTo((2 * (100 + 100 + 3)) / 100);
      expect(run.boundWriteUnitsPerCancellation).toBeCloseTo((2 * (100 + 100 + 1)) / 100);
    }
  });

  test('never counts fewer write units than the lower bound', () => {
    // Some callers over HTTP hand over to the queue, whose bound is another one.
    for (const run of runs.filter(({ strategy }) => strategy !== 'http')) {
      const { writeUnitsPerCancellation, boundWriteUnitsPerCancellation } = run;
      expect(writeUnitsPerCancellation).toBeGreaterThanOrEqual(
        boundWriteUnitsPerCancellation - 1e-9,
      );
    }
  });

  test('counts conflicts between parallel callers of a hot product, and none between groups', () => {
    for (const run of of('parallel', { workload: 'hot', latency: 'aws-like' })) {
      expect(run.conflicts).toBeGreaterThan(0);
    }
    for (const run of of('grouped', { concurrency: 1 })) expect(run.conflicts).toBe(0);
  });

  test('measures two workers, and callers over HTTP, in virtual time', () => {
    for (const workload of ['uniform', 'hot'] as const) {
      const simulated = { engine: 'simulated', latency: 'aws-like', workload } as const;
      const [two] = of('grouped', { ...simulated, concurrency: 2 });
      const [one] = of('grouped', { ...simulated, concurrency: 1 });
      // Each of the two batches takes a turn, whoever has it.
      expect(two?.requestsPerCancellation).toBeGreaterThan(one?.requestsPerCancellation ?? 0);
    }
    const [callers] = of('http', { engine: 'simulated', workload: 'hot' });
    expect(callers).toMatchObject({ concurrency: 32, answeredIn300Ms: 1 });
  });
});

test('The benchmark refuses an unknown option, and lists the options that it knows', async () => {
  await expect(bench('--fast')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('Known are --json, --quick and --write-docs.'),
  });
});
