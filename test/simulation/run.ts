/** The command `npm run simulate`: simulates seeds, and explains the first that goes wrong. */
import { parseArgs } from 'node:util';
import { runMutants } from '../mutants/notice.ts';
import { explainSeed, searchWorlds, simulateSeeds } from './campaign.ts';
import { columns, summary, tableOf } from './report.ts';
import { LONG_PAIRS, PAIRS, TRIPLES } from './small.ts';
import { WORLDS, type WorldKind } from './worlds.ts';

const start = performance.now();
const seconds = (): number => (performance.now() - start) / 1_000;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

type Threads = { readonly threads?: number };

const exhaust = async (threads: Threads): Promise<void> => {
  say('Every interleaving, with each beginning of the order');
  const pairs = await searchWorlds({ worlds: PAIRS, hasFault: true, ...threads });
  const others = [...LONG_PAIRS, ...TRIPLES];
  const all = [...pairs, ...(await searchWorlds({ worlds: others, hasFault: false, ...threads }))];
  say(tableOf(all));
  say('Faults');
  say(columns(all.map(({ found }) => found.faults)));
  say(`${seconds().toFixed(0)} s`);
  const failed = all.flatMap(({ found }) => found.failure ?? []);
  const [first] = failed;
  if (first === undefined) return;
  process.exitCode = 1;
  say(`\n${failed.length} small worlds went wrong. The first:`);
  say(first);
};

type Seeds = { readonly from: number; readonly seeds: number; readonly world: WorldKind };

const simulate = async (which: Seeds, threads: Threads): Promise<void> => {
  let done = 0;
  const results = await simulateSeeds({
    ...which,
    ...threads,
    mostFailures: 5,
    done: ({ seed, violations: [first] }) => {
      done += 1;
      if (first) say(`Seed ${seed}: ${first.law}: ${first.about}`);
      if (done % 1_000 === 0) say(`${done} of ${which.seeds} seeds`);
    },
  });
  say(summary(results, seconds()));
  const failed = results.find(({ violations }) => violations.length > 0);
  if (!failed) return;
  process.exitCode = 1;
  say('\nThe shortest history of the first:');
  say(await explainSeed(failed.seed, { isShrunk: true, world: which.world }));
};

const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      /** The kind of world; by default each seed chooses. */
      world: { type: 'string', default: 'any' },
      history: { type: 'string' },
      exhaustive: { type: 'boolean', default: false },
      /** All processors by default. */
      threads: { type: 'string' },
    },
  });
  const world = WORLDS.find((one) => one === values.world);
  if (!world) throw new Error(`--world is one of ${WORLDS.join(', ')}`);
  const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
  if (values.exhaustive) await exhaust(threads);
  else if (values.history !== undefined) {
    say(await explainSeed(Number(values.history), { isShrunk: false, world }));
  } else {
    await simulate({ from: Number(values.from), seeds: Number(values.seeds), world }, threads);
  }
};

const args = process.argv.slice(2);
const others = args.filter((arg) => arg !== '--mutants');
await (others.length < args.length ? runMutants(others) : run(others));
