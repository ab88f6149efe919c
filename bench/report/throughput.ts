/** The chart of a run: orders per second of each strategy behind the network. */
import type { Run } from '../measure.ts';
import { titleOf } from '../strategies.ts';
import { barChart } from './bar-chart.ts';

export const throughputChart = (all: readonly Run[]): string => {
  const runs = all.filter((run) => run.latency === 'aws-like' && isInChart(run));
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

/** The strategies that differ most; the tables have all. */
const isInChart = ({ strategy, concurrency, batchSize }: Run): boolean =>
  strategy === 'grouped' ? concurrency === 1 && batchSize !== 200 : strategy !== 'http';

/** The title of a run for readers. */
export const titleOfRun = ({ strategy: name, concurrency, batchSize }: Run): string =>
  titleOf({ name, concurrency, batchSize });
