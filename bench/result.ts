/** Everything that one run of the benchmark measures. */
import { availableParallelism, cpus } from 'node:os';
import { readInfrastructure } from '../local/infrastructure.ts';
import { type ColdStart, measureColdStart } from './cold-start.ts';
import { FULL, QUICK, runMatrix } from './matrix.ts';
import type { Run } from './measure.ts';
import { measurePacking, type PackingRun } from './packing.ts';
import { measurePeer, type PeerRun } from './peer/peer.ts';
import { openPlaces, type Place } from './places.ts';
import { measurePoisoned, type PoisonedRun } from './poisoned.ts';
import { progress } from './progress.ts';
import { measureSingleCall, type SingleCall } from './single-call.ts';

export type Result = {
  readonly machine: { readonly processors: number; readonly model: string; readonly node: string };
  readonly runs: readonly Run[];
  readonly peer: readonly PeerRun[];
  readonly poisoned: readonly PoisonedRun[];
  readonly packing: readonly PackingRun[];
  readonly singleCall: SingleCall;
  readonly coldStart: readonly ColdStart[];
};

/** How much of each of the smaller measurements there is. */
const EXTENT = {
  full: { packing: [1_000, 10_000, 100_000], calls: 600, imports: 21, poisonedBatch: 1_000 },
  quick: { packing: [1_000], calls: 100, imports: 3, poisonedBatch: 100 },
} as const;

export const runAll = async ({ quick }: { readonly quick: boolean }): Promise<Result> => {
  const scale = quick ? QUICK : FULL;
  const extent = quick ? EXTENT.quick : EXTENT.full;
  progress('reading serverless.yml');
  const infrastructure = await readInfrastructure();

  progress('packing alone');
  const packing = measurePacking(extent.packing, scale.seed);
  progress('what a function loads');
  const coldStart = await measureColdStart(infrastructure, extent.imports);

  const places = await openPlaces({ quick });
  try {
    const bare = places.all.find(({ latency }) => latency === 'bare') as Place;
    progress('a single call');
    const singleCall = await measureSingleCall(bare, infrastructure, {
      calls: extent.calls,
      seed: scale.seed,
    });
    const runs = await runMatrix(places.all, infrastructure, scale);
    const poisoned: PoisonedRun[] = [];
    for (const workload of scale.workloads) {
      progress(`${workload}, with bad orders among them`);
      const { orders, seed } = scale;
      const batchSize = extent.poisonedBatch;
      const task = { workload, orders, batchSize, seed };
      poisoned.push(await measurePoisoned(bare, infrastructure, task));
    }
    const peer = await measurePeer(scale.workloads, scale);
    return { machine: thisMachine(), runs, peer, poisoned, packing, singleCall, coldStart };
  } finally {
    await places.close();
  }
};

const thisMachine = (): Result['machine'] => ({
  processors: availableParallelism(),
  model: cpus()[0]?.model ?? 'unknown',
  node: process.version,
});
