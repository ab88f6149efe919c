/** The result of a run as pictures, by the name of the file. */
import type { Run } from '../measure.ts';
import type { Result } from '../result.ts';
import { titleOf } from '../strategies.ts';
import { type Bar, barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import { number } from './table.ts';

export const chartsOf = (result: Result): Record<string, string> => ({
  'throughput.svg': throughputChart(result.runs),
  'write-units.svg': writeUnitsChart(result.runs),
  'packing.svg': packingChart(result),
});

/** From what is held against us to what we do. */
const COLORS = ['#8c959f', '#d1682a', '#9ecbff', '#4a90e2', '#0b4f9e'];

const titleOfRun = ({ strategy: name, concurrency, batchSize }: Run): string =>
  titleOf({ name, concurrency, batchSize });

const behindNetwork = (runs: readonly Run[]): Run[] =>
  runs.filter(({ latency, concurrency }) => latency === 'aws-like' && concurrency !== 16);

const seriesOf = (runs: readonly Run[]) =>
  [...new Set(runs.map(titleOfRun))].map((name, index) => ({
    name,
    color: COLORS[index % COLORS.length] as string,
  }));

const groupsOf = (runs: readonly Run[], toBar: (run: Run) => Bar) =>
  [...new Set(runs.map(({ workload }) => workload))].map((workload) => ({
    name: workload,
    bars: runs.filter((run) => run.workload === workload).map(toBar),
  }));

const throughputChart = (all: readonly Run[]): string => {
  const runs = behindNetwork(all);
  return barChart({
    title: 'Cancellations a second at AWS-like latency, with conflicts',
    axes: { x: 'how the products of the orders are spread', y: 'orders a second' },
    series: seriesOf(runs),
    groups: groupsOf(runs, ({ ordersPerSecond }) => ({
      value: ordersPerSecond,
      label: number(ordersPerSecond),
    })),
  });
};

const writeUnitsChart = (all: readonly Run[]): string => {
  const runs = behindNetwork(all).filter(({ strategy }) => strategy !== 'parallel');
  const series = seriesOf(behindNetwork(all));
  return barChart({
    title: 'Write units of a cancellation, and the least that its batch could do with',
    axes: {
      x: 'how the products of the orders are spread; the black line is the lower bound',
      y: 'write units per order',
    },
    series: series.filter(({ name }) => runs.some((run) => titleOfRun(run) === name)),
    groups: groupsOf(runs, (run) => ({
      value: run.writeUnitsPerCancellation,
      label: number(run.writeUnitsPerCancellation, 1),
      mark: run.boundWriteUnitsPerCancellation,
    })),
  });
};

const packingChart = ({ packing }: Result): string =>
  lineChart({
    title: 'What packing costs',
    axes: { x: 'orders packed at once', y: 'µs per order' },
    series: [...new Set(packing.map(({ workload }) => workload))].map((workload, index) => ({
      name: workload,
      color: COLORS[index + 1] as string,
      points: packing
        .filter((run) => run.workload === workload)
        .map(({ orders, microsecondsPerOrder }) => ({ x: orders, y: microsecondsPerOrder })),
    })),
  });
