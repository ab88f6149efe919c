/** Many seeds on all processors. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Plugin } from 'esbuild';
import { bundleSimulation } from './bundle.ts';
import type { Found } from './search.ts';
import type { SmallWorld } from './small.ts';
import type { Order, Report, Result } from './worker.ts';
import type { WorldKind } from './worlds.ts';

export type { Found, Result };

export type Campaign = {
  readonly from: number;
  readonly seeds: number;
  /** The kind of world; each seed's own by default. */
  readonly world?: WorldKind;
  /** Is told of each seed when it is done. */
  readonly done?: (result: Result) => void;
  /** Ends after so many seeds that went wrong. */
  readonly mostFailures?: number;
  /** Of esbuild, such as one that changes the code. */
  readonly plugins?: Plugin[];
  readonly threads?: number;
  /** Turns of the event loop that the code gets for a step; one is enough. */
  readonly turns?: number;
  /** The campaign breaks off with a TimeoutError when a seed takes longer, in milliseconds. */
  readonly mostMs?: number;
};

type Thread = {
  readonly ask: (order: Order, mostMs?: number) => Promise<Report>;
  readonly end: () => Promise<unknown>;
};

/** Megabytes for what is new and mostly short-lived: with fewer, it is moved about too often. */
const MOST_YOUNG_MB = 64;

/** The SDK's warning would stand between the lines of the progress. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

const startThread = (file: string): Thread => {
  const worker = new Worker(file, {
    env: { ...process.env, ...QUIET },
    resourceLimits: { maxYoungGenerationSizeMb: MOST_YOUNG_MB },
  });
  return {
    ask: async (order, mostMs) => {
      worker.postMessage(order);
      const signal = mostMs === undefined ? undefined : AbortSignal.timeout(mostMs);
      const [report] = (await once(worker, 'message', { signal })) as [Report];
      return report;
    },
    end: () => worker.terminate(),
  };
};

/** Gives threads of the bundled simulation to `work`, and ends them after it. */
const withThreads = async <T>(
  count: number,
  plugins: Plugin[],
  work: (threads: readonly Thread[]) => Promise<T>,
): Promise<T> => {
  const program = await bundleSimulation(plugins);
  const threads = Array.from({ length: count }, () => startThread(program.file));
  try {
    return await work(threads);
  } finally {
    await Promise.all(threads.map(({ end }) => end()));
    await program.remove();
  }
};

/** @returns what became of each seed, in their order */
export const simulateSeeds = ({
  from,
  seeds,
  world = 'any',
  done = () => {},
  mostFailures = Number.POSITIVE_INFINITY,
  plugins = [],
  threads = availableParallelism(),
  turns = 1,
  mostMs,
}: Campaign): Promise<Result[]> =>
  withThreads(Math.min(threads, seeds), plugins, async (all) => {
    const results: Result[] = [];
    let next = from;
    let failures = 0;
    await Promise.all(
      all.map(async ({ ask }) => {
        while (next < from + seeds && failures < mostFailures) {
          const seed = next;
          next += 1;
          const report = await ask({ type: 'simulate', seed, world, turns }, mostMs);
          if (report.type !== 'simulated') continue;
          if (report.result.violations.length > 0) failures += 1;
          results.push(report.result);
          done(report.result);
        }
      }),
    );
    return results.sort((a, b) => a.seed - b.seed);
  });

/** A small world whose histories were searched, and how long it took in milliseconds. */
export type Searched = { readonly world: SmallWorld; readonly found: Found; readonly ms: number };

/** @returns what was found in each small world, in their order */
export const searchWorlds = ({
  worlds,
  hasFault,
  done = () => {},
  plugins = [],
  threads = availableParallelism(),
}: {
  readonly worlds: readonly SmallWorld[];
  readonly hasFault: boolean;
  /** Is told of each world when it is done. */
  readonly done?: (searched: Searched) => void;
  readonly plugins?: Plugin[];
  readonly threads?: number;
}): Promise<Searched[]> =>
  withThreads(Math.min(threads, worlds.length), plugins, async (all) => {
    const results = new Map<SmallWorld, Searched>();
    const left = [...worlds];
    await Promise.all(
      all.map(async ({ ask }) => {
        for (let world = left.shift(); world; world = left.shift()) {
          const start = performance.now();
          const report = await ask({ type: 'search', world, hasFault });
          if (report.type !== 'searched') continue;
          const searched = { world, found: report.found, ms: performance.now() - start };
          results.set(world, searched);
          done(searched);
        }
      }),
    );
    return worlds.flatMap((world) => results.get(world) ?? []);
  });

/** The history of a seed as text: the shortest that goes wrong, or all of it. */
export const explainSeed = (
  seed: number,
  {
    isShrunk,
    world = 'any',
    plugins = [],
  }: {
    readonly isShrunk: boolean;
    readonly world?: WorldKind;
    readonly plugins?: Plugin[];
  },
): Promise<string> =>
  withThreads(1, plugins, async ([thread]) => {
    const report = await thread?.ask({ type: 'explain', seed, world, isShrunk });
    return report?.type === 'explained' ? report.text : '';
  });
