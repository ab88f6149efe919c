/** The command `npm run simulate`: simulates seeds, and explains the first that goes wrong. */
import { parseArgs } from 'node:util';
import {
  explainSeed,
  type Result,
  type Searched,
  searchWorlds,
  simulateSeeds,
} from './campaign.ts';
import { BEGINNINGS, PAIRS, TRIPLES } from './small.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    history: { type: 'string' },
    exhaustive: { type: 'boolean', default: false },
  },
});

const start = performance.now();
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const summed = <T>(
  results: readonly T[],
  of: (result: T) => Readonly<Record<string, number>>,
): [string, number][] => {
  const sums = new Map<string, number>();
  for (const result of results) {
    for (const [name, count] of Object.entries(of(result))) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return [...sums].sort(([, a], [, b]) => b - a);
};

const columns = (rows: readonly [string, number][]): string =>
  rows
    .map(
      ([name, count]) =>
        `  ${name.padEnd(46)} ${Math.round(count).toLocaleString('en').padStart(12)}`,
    )
    .join('\n');

const summary = (results: readonly Result[]): string => {
  const failed = results.filter(({ violations }) => violations.length > 0);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1_000 / results.length;
  const hours = results.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  return [
    `${results.length} seeds in ${seconds.toFixed(1)} s, ${cpuMs.toFixed(0)} ms of a processor each, ${hours.toFixed(0)} hours of virtual time`,
    'What happened',
    columns(summed(results, ({ counts }) => counts)),
    'Faults',
    columns(summed(results, ({ faults }) => faults)),
    failed.length === 0
      ? 'No law was broken.'
      : `${failed.length} seeds went wrong: ${failed.map(({ seed }) => seed).join(', ')}`,
  ].join('\n');
};

/** Small worlds of the same operations as one row: what was found with each beginning. */
const tableOf = (all: readonly Searched[]): string => {
  const rows = new Map<string, Searched[]>();
  for (const one of all) {
    const name = one.world.operations.join(' + ');
    rows.set(name, [...(rows.get(name) ?? []), one]);
  }
  const row = (name: string, of: readonly Searched[]): string => {
    const sum = (count: (found: Searched['found']) => number): number =>
      of.reduce((total, { found }) => total + count(found), 0);
    const numbers = [sum(({ calm }) => calm), sum(({ faulty }) => faulty)];
    const columns = numbers.map((count) => count.toLocaleString('en').padStart(14));
    const isBroken = of.some(({ found }) => found.failure !== undefined);
    return `${name.padEnd(36)}${columns.join('')}  ${isBroken ? 'BROKEN' : 'all hold'}`;
  };
  return [
    `${''.padEnd(36)}${['without fault', 'with one'].map((head) => head.padStart(14)).join('')}`,
    ...[...rows].map(([name, of]) => row(name, of)),
    row('all', all),
  ].join('\n');
};

const exhaust = async (): Promise<void> => {
  say(`Every interleaving, with each beginning of the order: ${BEGINNINGS.join(', ')}`);
  const pairs = await searchWorlds({ worlds: PAIRS, hasFault: true });
  const triples = await searchWorlds({ worlds: TRIPLES, hasFault: false });
  const all = [...pairs, ...triples];
  say(tableOf(all));
  say('Faults');
  say(
    columns(
      summed(
        all.map(({ found }) => found),
        ({ faults }) => faults,
      ),
    ),
  );
  say(`${((performance.now() - start) / 1_000).toFixed(0)} s`);
  const failed = all.flatMap(({ found }) => found.failure ?? []);
  const [first] = failed;
  if (first === undefined) return;
  process.exitCode = 1;
  say(`\n${failed.length} small worlds went wrong. The first:`);
  say(first);
};

if (values.exhaustive) await exhaust();
else if (values.history === undefined) {
  const seeds = Number(values.seeds);
  let done = 0;
  const results = await simulateSeeds({
    from: Number(values.from),
    seeds,
    mostFailures: 5,
    done: ({ seed, violations: [first] }) => {
      done += 1;
      if (first) say(`Seed ${seed}: ${first.law}: ${first.about}`);
      if (done % 1_000 === 0) say(`${done} of ${seeds} seeds`);
    },
  });
  say(summary(results));
  const failed = results.find(({ violations }) => violations.length > 0);
  if (failed) {
    process.exitCode = 1;
    say('\nThe shortest history of the first:');
    say(await explainSeed(failed.seed, { isShrunk: true }));
  }
} else {
  say(await explainSeed(Number(values.history), { isShrunk: false }));
}
