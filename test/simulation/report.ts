/** What a campaign tells at its end. */
import type { Result, Searched } from './campaign.ts';

type Counts = Readonly<Record<string, number>>;

const summed = (all: readonly Counts[]): [string, number][] => {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return [...sums].sort(([, a], [, b]) => b - a);
};

/** Sums of these counts, the largest first. */
export const columns = (all: readonly Counts[]): string =>
  summed(all)
    .map(
      ([name, count]) =>
        `  ${name.padEnd(46)} ${Math.round(count).toLocaleString('en').padStart(12)}`,
    )
    .join('\n');

/** @param seconds that the campaign took */
export const summary = (results: readonly Result[], seconds: number): string => {
  const failed = results.filter(({ violations }) => violations.length > 0);
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1_000 / results.length;
  const hours = results.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  return [
    `${results.length} seeds in ${seconds.toFixed(1)} s, ${cpuMs.toFixed(0)} ms of a processor each, ${hours.toFixed(1)} hours of virtual time`,
    'What happened',
    columns(results.map(({ counts }) => counts)),
    'Faults',
    columns(results.map(({ faults }) => faults)),
    failed.length === 0
      ? 'No law was broken.'
      : `${failed.length} seeds went wrong: ${failed.map(({ seed }) => seed).join(', ')}`,
  ].join('\n');
};

/** Small worlds of the same operations as one row: what was found with each beginning. */
export const tableOf = (all: readonly Searched[]): string => {
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
