/** A dashboard with a graph for each alarm, and what the alarms do not show. */
import { type Alarm, type Metric, PERIOD, reference } from './alarms.ts';

type Widget = Readonly<Record<string, unknown>>;

/** Widgets beside each other; CloudWatch divides the width into 24. */
const COLUMNS = 3;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 6;

/** The body of a dashboard: JSON that may refer to resources. */
export const dashboardBody = (stack: string, alarms: readonly Alarm[]): string => {
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  const graphs = [
    cancellations(stack),
    ...kinds.map((kind) => graphOf(alarms.filter((alarm) => alarm.kind === kind))),
  ];
  return JSON.stringify({
    widgets: graphs.map((properties, index) => ({
      type: 'metric',
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: {
        region: reference('AWS::Region'),
        view: 'timeSeries',
        period: PERIOD,
        ...properties,
      },
    })),
  });
};

const cancellations = (stack: string): Widget => ({
  title: 'Cancellations',
  metrics: [
    'OrdersCancelled',
    'OrdersAlreadyCancelled',
    'OrdersNotCancellable',
    'OrdersUnfinished',
  ].map((name) => ['Countermand', name, 'service', stack, { stat: 'Sum' }]),
});

/** One graph for all alarms of a kind, with a line where they go off. */
const graphOf = (alarms: readonly Alarm[]): Widget => ({
  title: alarms[0]?.kind,
  metrics: alarms.flatMap(({ metrics }) => metrics.map(toRow)),
  annotations: { horizontal: limitsOf(alarms).map((value) => ({ label: 'alarm', value })) },
});

const limitsOf = (alarms: readonly Alarm[]): number[] => [
  ...new Set(alarms.map(({ limit }) => ('above' in limit ? limit.above : limit.below))),
];

const toRow = ({ namespace, name, dimensions, statistic }: Metric): unknown[] => [
  namespace,
  name,
  ...Object.entries(dimensions).flat(),
  { stat: statistic },
];
