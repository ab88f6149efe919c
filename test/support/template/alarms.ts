/** Rules of alarms. */
import { MOST_METRICS } from '../../../deployment/alarms.ts';
import { ofType, type Rule, type Template, wrong } from './template.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

export const ALARMS: readonly Rule[] = [
  {
    promise: 'an alarm tells somebody when it goes off, and when it is over',
    violations: (template) =>
      wrong(template, ALARM, ({ AlarmActions = [], OKActions = [] }) =>
        AlarmActions.length === 0 || OKActions.length === 0 ? 'it does not' : undefined,
      ),
  },
  {
    promise: 'an alarm says what to do',
    violations: (template) =>
      wrong(
        template,
        ALARM,
        ({ AlarmDescription = '' }) =>
          !AlarmDescription.includes('docs/runbook.md') && 'it does not',
      ),
  },
  {
    promise: 'an alarm compares one number with one limit',
    violations: (template) =>
      wrong(template, ALARM, ({ MetricName, Metrics, Statistic, ExtendedStatistic, Period }) => {
        if ((MetricName === undefined) === (Metrics === undefined)) return 'which number?';
        if (MetricName) return !((Statistic || ExtendedStatistic) && Period) && 'which statistic?';
        const shown = Metrics.filter(({ ReturnData }: { ReturnData?: boolean }) => ReturnData);
        return shown.length !== 1 && `it has ${shown.length} numbers`;
      }),
  },
  {
    promise: 'an alarm has no more metrics than CloudWatch takes, and adds up no durations',
    violations: (template) =>
      wrong(template, ALARM, ({ Metrics = [] }) => {
        const text = JSON.stringify(Metrics);
        if (Metrics.length > MOST_METRICS + 1) return `it has ${Metrics.length - 1}`;
        return text.includes('"Duration"') && text.includes('SUM(') && 'it does';
      }),
  },
  {
    promise: 'what Lambda, SQS and DynamoDB lack of each resource is watched',
    violations: (template) => {
      const watched = JSON.stringify(ofType(template, ALARM));
      return thingsToWatch(template).filter((thing) => !watched.includes(thing));
    },
  },
];

/** As texts that must stand in the alarms. */
const thingsToWatch = (template: Template): string[] => [
  ...ofType(template, 'AWS::DynamoDB::Table').flatMap(([id, { Properties }]) => [
    JSON.stringify({ 'Fn::Sub': `\${${id}}` }),
    ...(Properties.GlobalSecondaryIndexes ?? []).map(({ IndexName }: { IndexName: string }) =>
      JSON.stringify({ Name: 'GlobalSecondaryIndexName', Value: IndexName }),
    ),
  ]),
  ...ofType(template, 'AWS::SQS::Queue').map(([id]) =>
    JSON.stringify({ 'Fn::Sub': `\${${id}.QueueName}` }),
  ),
  ...ofType(template, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
    ['Errors', 'Throttles', 'Duration'].map(
      (metric) =>
        `"MetricName":"${metric}","Dimensions":[{"Name":"FunctionName","Value":"${Properties.FunctionName}"}]`,
    ),
  ),
];
