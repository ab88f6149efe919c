/** Everything that one run of the benchmark measures. */
import { availableParallelism, cpus } from 'node:os';
import { readConfiguration, toInfrastructure } from '../local/infrastructure.ts';
import { type ColdStart, measureColdStart } from './cold-start.ts';
import { FULL, QUICK, runMatrix, runSimulated } from './matrix.ts';
import type { Run } from './measure.ts';
import { measurePacking, type PackingRun } from './packing.ts';
import { measurePeer, type PeerRun } from './peer/peer.ts';
import { openPlaces, type Place } from './places.ts';
import { progress } from './progress.ts';
import { measureSingleCall, type SingleCall } from './single-call.ts';

export type Result = {
  readonly machine: { readonly processors: number; readonly model: string; readonly node: string };
  readonly runs: readonly Run[];
  readonly peer: readonly PeerRun[];
  readonly packing: readonly PackingRun[];
  readonly singleCall: SingleCall;
  readonly coldStart: readonly ColdStart[];
};

/** The extent of the smaller measurements. */
const EXTENT = {
  full: { packing: [1_000, 10_000, 100_000], calls: 600, imports: 21 },
  quick: { packing: [1_000], calls: 60, imports: 1 },
} as const;

export const runAll = async ({ quick }: { readonly quick: boolean }): Promise<Result> => {
  const scale = quick ? QUICK : FULL;
  const extent = quick ? EXTENT.quick : EXTENT.full;
  progress('reading serverless.yml');
  const infrastructure = toInfrastructure(await readConfiguration());

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
    const runs = [
      ...(await runMatrix(places.all, infrastructure, scale)),
      ...(await runSimulated(scale)),
    ];
    const peer = await measurePeer(scale.workloads, scale);
    return { machine: thisMachine(), runs, peer, packing, singleCall, coldStart };
  } finally {
    await places.close();
  }
};

const thisMachine = (): Result['machine'] => ({
  processors: availableParallelism(),
  model: cpus()[0]?.model ?? 'unknown',
  node: process.version,
});
