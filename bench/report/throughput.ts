/** The chart of a run: orders per second of each strategy behind the network. */
import type { Run } from '../measure.ts';
import { titleOf } from '../strategies.ts';
import { barChart } from './bar-chart.ts';
import { apart } from './goals.ts';

export const throughputChart = (all: readonly Run[]): string => {
  const runs = apart(all).onEngines.filter(({ latency }) => latency === 'aws-like');
  const workloads = [...new Set(runs.map(({ workload }) => workload))];
  return barChart({
    title: 'Cancellations a second at AWS-like latency, with conflicts',
    axes: { x: 'how the products of the orders are spread', y: 'orders a second' },
    series: [...new Set(runs.map(titleOfRun))],
    groups: workloads.map((workload) => ({
      name: workload,
      values: runs
        .filter((run) => run.workload === workload)
        .map(({ ordersPerSecond }) => ordersPerSecond),
    })),
  });
};

/** The title of a run for readers. */
export const titleOfRun = ({ strategy: name, concurrency, batchSize }: Run): string =>
  titleOf({ name, concurrency, batchSize });
