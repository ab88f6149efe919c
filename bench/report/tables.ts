/** The result of a run as tables, each under the name of its marker in docs/performance.md. */

import type { Workload } from '../../test/support/workloads.ts';
import type { Run } from '../measure.ts';
import { nameOf } from '../places.ts';
import type { Result } from '../result.ts';
import { apart, goalsOf, pairsOf } from './goals.ts';
import { number, toTable } from './table.ts';
import { titleOfRun } from './throughput.ts';

export const tablesOf = (result: Result): Record<string, string> => {
  const { onEngines, simulated } = apart(result.runs);
  return {
    goals: goalsTable(result),
    counts: countsTable(onEngines),
    'aws-like': throughputTable(onEngines, 'aws-like'),
    bare: throughputTable(onEngines, 'bare'),
    busy: busyTable(onEngines),
    workers: workersTable(simulated),
    callers: callersTable(simulated),
    peer: peerTable(result),
    packing: packingTable(result),
    'single-call': singleCallTable(result),
    'cold-start': coldStartTable(result),
  };
};

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

const workloadsOf = (runs: readonly { readonly workload: Workload }[]): Workload[] =>
  unique(runs.map(({ workload }) => workload));

const goalsTable = (result: Result): string =>
  toTable(
    ['goal', 'asked for', 'reached', ''],
    goalsOf(result).map(({ what, wanted, reached, met }) => [
      what,
      wanted,
      reached,
      met ? 'met' : 'missed',
    ]),
  );

/**
 * Counts are the same on every engine. Conflicts only happen behind the network, which makes them.
 */
const countsTable = (runs: readonly Run[]): string =>
  toTable(
    [
      'orders, strategy',
      'requests',
      'least',
      'write units',
      'least',
      'over the least',
      'index units',
      'conflicts per 1,000',
    ],
    runs
      .filter(({ latency }) => latency === 'aws-like')
      .map((run) => [
        `${run.workload}, ${titleOfRun(run)}`,
        number(run.requestsPerCancellation, 3),
        number(run.boundRequestsPerCancellation, 3),
        number(run.writeUnitsPerCancellation, 2),
        number(run.boundWriteUnitsPerCancellation, 2),
        number(run.writeUnitsPerCancellation / run.boundWriteUnitsPerCancellation, 3),
        number(run.indexWriteUnitsPerCancellation, 2),
        number((run.conflicts / run.orders) * 1_000),
      ]),
  );

/** In brackets, each cell has its ratio to the parallel strategy of the same column. */
const throughputTable = (runs: readonly Run[], latency: Run['latency']): string => {
  const ours = runs.filter((run) => run.latency === latency);
  const workloads = workloadsOf(ours);
  const rows = unique(ours.map(({ engine }) => engine)).flatMap((engine) => {
    const here = ours.filter((run) => run.engine === engine);
    return unique(here.map((run) => titleOfRun(run))).map((title) => [
      `${nameOf({ engine, latency })}, ${title}`,
      ...workloads.map((workload) => {
        const inColumn = here.filter((run) => run.workload === workload);
        const run = inColumn.find((one) => titleOfRun(one) === title);
        const yardstick = inColumn.find(({ strategy }) => strategy === 'parallel');
        if (!run || !yardstick) return '';
        const ratio = run.ordersPerSecond / yardstick.ordersPerSecond;
        return `${number(run.ordersPerSecond)} (${number(ratio, ratio < 10 ? 1 : 0)}×)`;
      }),
    ]);
  });
  return toTable(['orders a second', ...workloads], rows);
};

const busyTable = (runs: readonly Run[]): string => {
  const behind = runs.filter(({ latency }) => latency === 'aws-like');
  const share = (value: number | undefined): string =>
    value === undefined ? '' : `${number(value * 100)} %`;
  return toTable(
    ['orders, strategy', 'caller', 'network', 'engine'],
    behind.map((run) => [
      `${run.workload}, ${titleOfRun(run)}`,
      share(run.busy.caller),
      share(run.busy.network),
      share(run.busy.engine),
    ]),
  );
};

const workersTable = (runs: readonly Run[]): string =>
  toTable(
    [
      'orders, batch',
      'requests per cancellation: one worker',
      'two',
      'ratio',
      'conflicts per 1,000',
      'orders a second: one worker',
      'two',
      'ratio',
    ],
    pairsOf(runs).map(({ one, two }) => [
      `${one.workload}, ${number(one.batchSize)}`,
      number(one.requestsPerCancellation, 3),
      number(two.requestsPerCancellation, 3),
      number(two.requestsPerCancellation / one.requestsPerCancellation, 2),
      number((two.conflicts / two.orders) * 1_000, 1),
      number(one.ordersPerSecond),
      number(two.ordersPerSecond),
      `${number(two.ordersPerSecond / one.ordersPerSecond, 2)}×`,
    ]),
  );

const callersTable = (runs: readonly Run[]): string =>
  toTable(
    ['orders, strategy', 'transactions per cancellation', 'answered in 300 ms'],
    runs
      .filter(({ strategy }) => strategy === 'http')
      .map((run) => [
        `${run.workload}, ${titleOfRun(run)}`,
        number(run.transactionsPerCancellation, 2),
        `${number((run.answeredIn300Ms ?? Number.NaN) * 100)} %`,
      ]),
  );

const peerTable = ({ peer }: Result): string => {
  const workloads = workloadsOf(peer);
  const rows = unique(peer.map(({ latency }) => latency)).map((latency) => {
    const ours = peer.filter((run) => run.latency === latency);
    const first = ours[0];
    return [
      `${first?.engine}, ${first?.concurrency} connections, ${latency === 'bare' ? 'bare' : '1 ms per statement'}`,
      ...workloads.map((workload) =>
        number(ours.find((run) => run.workload === workload)?.ordersPerSecond ?? Number.NaN),
      ),
    ];
  });
  return peer.length === 0
    ? 'PostgreSQL was not installed.'
    : toTable(['orders a second', ...workloads], rows);
};

const packingTable = ({ packing }: Result): string => {
  const workloads = workloadsOf(packing);
  return toTable(
    ['µs per order', ...workloads],
    unique(packing.map(({ orders }) => orders)).map((orders) => [
      `${number(orders)} orders`,
      ...workloads.map((workload) => {
        const run = packing.find((one) => one.orders === orders && one.workload === workload);
        return number(run?.microsecondsPerOrder ?? Number.NaN, 1);
      }),
    ]),
  );
};

const singleCallTable = ({ singleCall }: Result): string =>
  toTable(
    [`median of ${number(singleCall.calls)} calls, on ${singleCall.engine}`, 'ms', 'ratio'],
    [
      ['GetItem and TransactWriteItems, bare', number(singleCall.bareMs, 2), '1.00'],
      [
        'the handler of POST /orders/{id}/cancel',
        number(singleCall.handlerMs, 2),
        number(singleCall.ratio, 2),
      ],
    ],
  );

const coldStartTable = ({ coldStart }: Result): string =>
  toTable(
    ['bundle', 'KB, minified', 'import, ms', 'ratio'],
    coldStart.map(({ name, bytes, importMs, ratio }) => [
      name,
      number(bytes / 1_024),
      number(importMs, 1),
      number(ratio, 2),
    ]),
  );
