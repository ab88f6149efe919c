/** Alarms as resources of CloudFormation. */
import { type Alarm, type Metric, PERIOD } from './alarms.ts';

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
};

/** A text that may refer to resources, for CloudFormation. */
export const substituted = (text: string): unknown =>
  text.includes('${') ? { 'Fn::Sub': text } : text;

/** As in StockDriftAlarm, or FunctionErrorsCancelOrdersAlarm. */
export const logicalIdOf = ({ kind, of = '' }: Alarm): string =>
  `${kind}${of.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Alarm`;

/**
 * @param stack the alarm's name begins with it, and so differs from those of other stages
 * @param topic the topic that is told when the alarm goes off, and when it is over
 */
export const toResource = (alarm: Alarm, stack: string, topic: unknown): Resource => {
  const { kind, of, meaning, limit, periods, missingIsBad } = alarm;
  const [threshold, comparison] =
    'above' in limit ? [limit.above, 'GreaterThanThreshold'] : [limit.below, 'LessThanThreshold'];
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: [stack, kind, ...(of ? [of] : [])].join('-'),
      AlarmDescription: `${meaning} What to do: docs/runbook.md, ${kind}.`,
      ...watched(alarm),
      EvaluationPeriods: periods,
      Threshold: threshold,
      ComparisonOperator: comparison,
      TreatMissingData: missingIsBad ? 'breaching' : 'notBreaching',
      AlarmActions: [topic],
      OKActions: [topic],
    },
  };
};

const EXPRESSIONS: Readonly<Record<NonNullable<Alarm['compares']> | 'sum', string>> = {
  sum: 'SUM(FILL(METRICS(), 0))',
  largest: 'MAX(FILL(METRICS(), 0))',
  'first without second': 'IF(FILL(m2, 0) == 0, FILL(m1, 0), 0)',
};

const watched = ({ metrics, compares, period = PERIOD }: Alarm): Resource['Properties'] => {
  const [only, ...others] = metrics;
  if (only && others.length === 0) {
    const { statistic } = only;
    return {
      ...toMetric(only),
      ...(statistic === 'p99' ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
      Period: period,
    };
  }
  return {
    Metrics: [
      // A metric without data counts as 0, so that it does not hide the others.
      { Id: 'all', Expression: EXPRESSIONS[compares ?? 'sum'], ReturnData: true },
      ...metrics.map((metric, index) => ({
        Id: `m${index + 1}`,
        ReturnData: false,
        MetricStat: { Metric: toMetric(metric), Period: period, Stat: metric.statistic },
      })),
    ],
  };
};

const toMetric = ({ namespace, name, dimensions }: Metric) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(dimensions).map(([Name, value]) => ({
    Name,
    Value: substituted(value),
  })),
});
