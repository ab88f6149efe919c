/**
 * What is watched in a deployed stage. Alarms, dashboard and runbook are made from, or compared
 * with, this list.
 */

import { inParts } from '../lib/batches.ts';
import { groupBy } from '../lib/group-by.ts';
import type { CountedMetric } from '../lib/observability/metrics.ts';

/** A metric of CloudWatch. Its values may have references to resources in them. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum' | 'p99';
};

export type Alarm = {
  /** The heading of its entry in docs/runbook.md. Alarms of one kind share an entry. */
  readonly kind: string;
  /** What the alarm is about, if its kind has several. */
  readonly of?: string;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  readonly metrics: readonly Metric[];
  /**
   * Of several metrics, what is compared with the limit: their sum, the largest of them, or the first
   * one while the second is 0.
   */
  readonly compares?: 'largest' | 'first without second';
  /** The alarm goes off above this value, or below it. */
  readonly limit: { readonly above: number } | { readonly below: number };
  /** How many times in a row: five minutes, or what `period` says. */
  readonly periods: number;
  /** In seconds. */
  readonly period?: number;
  /** Whether no data is as bad as too much. */
  readonly missingIsBad?: true;
};

/** A function, its timeout in seconds, and whether a caller of the HTTP API waits for it. */
export type WatchedFunction = {
  readonly name: string;
  readonly timeout: number;
  readonly isCalled: boolean;
};

/** The value of a resource or attribute, for `Fn::Sub`. */
export const reference = (name: string): string => `\${${name}}`;

/** The seconds that the dashboard counts in, and every alarm that does not say otherwise. */
export const PERIOD = 300;

const HOUR = 3_600;

/**
 * The most metrics that an alarm can have.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
export const MOST_METRICS = 10;

/** By logical id, the indexes of each table. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  OrdersTable: ['byStatus', 'byDue'],
  ProductsTable: [],
  StockMovementsTable: ['byProduct'],
  CancellationBatchesTable: [],
  TurnsTable: [],
};

/**
 * @param stack its name, which is also the name of the service in metrics: countermand-prod
 */
export const alarmsOf = (stack: string, functions: readonly WatchedFunction[]): Alarm[] => [
  ...ofTheShop(stack),
  ...OF_THE_QUEUES,
  ...OF_THE_API,
  ...ofTheSweep(stack),
  ...ofTheAudit(stack),
  ...ofTheEvents(stack),
  ...groupsOf(functions).flatMap((group) => ofFunctions(stack, group)),
  ...OF_THE_TABLES,
];

const counted = (stack: string, name: CountedMetric): readonly Metric[] => [
  { namespace: 'Countermand', name, dimensions: { service: stack }, statistic: 'Sum' },
];

const ofTheShop = (stack: string): Alarm[] => [
  {
    kind: 'StockDrift',
    meaning: 'A product had fewer units reserved than an order held of it, or is gone.',
    metrics: counted(stack, 'StockDrift'),
    limit: { above: 0 },
    periods: 1,
  },
  {
    kind: 'RequestsFailed',
    meaning: 'A call was answered with 500, for a reason that no code expects.',
    metrics: counted(stack, 'RequestsFailed'),
    limit: { above: 0 },
    periods: 1,
  },
  {
    kind: 'RequestsUnfinished',
    meaning: 'Many calls were answered with 503, because they were not finished in time.',
    metrics: counted(stack, 'RequestsUnfinished'),
    limit: { above: 20 },
    periods: 2,
  },
];

const queue = (name: string, queueName: string): readonly Metric[] => [
  {
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: reference(`${queueName}.QueueName`) },
    statistic: 'Maximum',
  },
];

const OF_THE_QUEUES: readonly Alarm[] = [
  {
    kind: 'DeadLetters',
    meaning: 'A cancellation is in the dead-letter queue, after its last receive.',
    metrics: queue('ApproximateNumberOfMessagesVisible', 'CancellationsDeadLetterQueue'),
    limit: { above: 0 },
    periods: 1,
  },
  {
    // Messages are tried for some ten minutes.
    kind: 'OldMessages',
    meaning: 'A cancellation has waited in the queue for more than 15 minutes.',
    metrics: queue('ApproximateAgeOfOldestMessage', 'CancellationsQueue'),
    limit: { above: 900 },
    periods: 1,
  },
  {
    kind: 'OldMessages',
    of: 'write-offs',
    meaning: 'A cancellation has waited in the queue of write-offs for more than 15 minutes.',
    metrics: queue('ApproximateAgeOfOldestMessage', 'WriteOffsQueue'),
    limit: { above: 900 },
    periods: 1,
  },
];

const ofApi = (name: string, statistic: Metric['statistic']): readonly Metric[] => [
  { namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: reference('HttpApi') }, statistic },
];

/** What callers notice of all functions together. */
const OF_THE_API: readonly Alarm[] = [
  {
    kind: 'ApiErrors',
    meaning: 'Calls were answered with 5xx: functions fail, are throttled or run out of time.',
    metrics: ofApi('5xx', 'Sum'),
    limit: { above: 10 },
    periods: 2,
  },
  {
    kind: 'ApiLatency',
    meaning: 'One call in a hundred takes more than 8 of the 10 seconds that functions have.',
    metrics: ofApi('Latency', 'p99'),
    limit: { above: 8_000 },
    periods: 3,
  },
];

const ofLambda = (
  stack: string,
  functionName: string,
  name: string,
  statistic: Metric['statistic'] = 'Sum',
): readonly Metric[] => [
  {
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: `${stack}-${functionName}` },
    statistic,
  },
];

const ofTheSweep = (stack: string): Alarm[] => [
  {
    kind: 'SweepFailures',
    meaning: 'Orders that are due fail in every sweep, for a reason that no code expects.',
    metrics: counted(stack, 'SweepFailures'),
    limit: { above: 0 },
    periods: 3,
  },
  {
    kind: 'OrdersOverdue',
    meaning: 'Orders were due ten minutes ago, and no sweep has done it yet.',
    metrics: counted(stack, 'OrdersOverdue'),
    limit: { above: 0 },
    periods: 3,
  },
  {
    kind: 'SweepStopped',
    meaning:
      'The sweep does not run. Nothing expires, and nothing that was interrupted is finished.',
    metrics: ofLambda(stack, 'sweep-orders', 'Invocations'),
    limit: { below: 1 },
    periods: 2,
    missingIsBad: true,
  },
];

const ofTheAudit = (stack: string): Alarm[] => [
  {
    kind: 'AuditFindings',
    meaning: 'An audit has proven that the data break a law.',
    metrics: counted(stack, 'AuditFindings'),
    limit: { above: 0 },
    periods: 1,
  },
  {
    kind: 'AuditIncomplete',
    meaning: 'The shop is too large for the weekly audit.',
    metrics: counted(stack, 'AuditIncomplete'),
    limit: { above: 0 },
    periods: 1,
  },
];

const ofTheEvents = (stack: string): Alarm[] => [
  {
    kind: 'EventsLate',
    meaning: 'What was committed a quarter of an hour ago has not been told to EventBridge.',
    metrics: ofLambda(stack, 'publish-events', 'IteratorAge', 'Maximum'),
    limit: { above: 900_000 },
    periods: 1,
  },
  {
    // A publisher that is never called has no metrics of its own, so nothing else tells of it.
    kind: 'EventsStopped',
    meaning: 'Orders were cancelled within an hour, and EventBridge was told of nothing.',
    metrics: [...counted(stack, 'OrdersCancelled'), ...counted(stack, 'EventsPublished')],
    compares: 'first without second',
    limit: { above: 0 },
    periods: 1,
    period: HOUR,
  },
  {
    kind: 'EventsGivenUp',
    meaning:
      'A change could not be read, or EventBridge takes no such event. Nobody was told of it.',
    metrics: counted(stack, 'EventsGivenUp'),
    limit: { above: 0 },
    periods: 1,
  },
  {
    kind: 'UnpublishedEvents',
    meaning:
      'Events could not be sent for twelve hours. The stream keeps their records for twelve more.',
    metrics: queue('ApproximateNumberOfMessagesVisible', 'UnpublishedEventsQueue'),
    limit: { above: 0 },
    periods: 1,
  },
];

/** Functions that are watched together, and have the same timeout. */
type Group = {
  readonly of: string;
  readonly names: readonly string[];
  readonly timeout: number;
};

/**
 * A function that nobody waits for is a group of its own. Of the others as many share an alarm as it
 * can have metrics: one alarm for each would use up a fifth of what a stack may contain.
 */
const groupsOf = (functions: readonly WatchedFunction[]): Group[] => {
  const alone = functions
    .filter(({ isCalled }) => !isCalled)
    .map(({ name, timeout }) => ({ of: name, names: [name], timeout }));
  const byTimeout = groupBy(
    functions.filter(({ isCalled }) => isCalled),
    ({ timeout }) => timeout,
  );
  const together = [...byTimeout].flatMap(([timeout, called]) =>
    inParts(called, MOST_METRICS).map((part, index) => ({
      of: `http-${timeout}s-${index + 1}`,
      names: part.map(({ name }) => name),
      timeout,
    })),
  );
  return [...alone, ...together];
};

/** A caller notices a function that fails always; a rare failure only these alarms tell. */
const ofFunctions = (stack: string, { of, names, timeout }: Group): Alarm[] => {
  const which = names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`;
  const each = (name: string, statistic?: Metric['statistic']): Metric[] =>
    names.flatMap((one) => ofLambda(stack, one, name, statistic));
  return [
    {
      kind: 'FunctionErrors',
      of,
      meaning: `Invocations of ${which} failed or ran out of time.`,
      metrics: each('Errors'),
      limit: { above: 0 },
      periods: 1,
    },
    {
      kind: 'FunctionThrottles',
      of,
      meaning: `Lambda had no concurrency left for ${which}.`,
      metrics: each('Throttles'),
      limit: { above: 0 },
      periods: 3,
    },
    {
      kind: 'FunctionDuration',
      of,
      meaning: `Invocations of ${which} take nine tenths of ${timeout} seconds.`,
      metrics: each('Duration', 'Maximum'),
      compares: 'largest',
      limit: { above: timeout * 900 },
      periods: 3,
    },
  ];
};

const ofTable = (name: string, dimensions: Metric['dimensions']): Metric => ({
  namespace: 'AWS/DynamoDB',
  name,
  dimensions,
  statistic: 'Sum',
});

const throttles = (dimensions: Metric['dimensions']): Metric[] =>
  ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => ofTable(name, dimensions));

const OF_THE_TABLES: readonly Alarm[] = [
  ...Object.entries(TABLES).map(([table, indexes]): Alarm => {
    const dimensions = { TableName: reference(table) };
    return {
      kind: 'TableThrottles',
      of: table,
      meaning: `DynamoDB throttles ${table} or one of its indexes.`,
      metrics: [
        ...throttles(dimensions),
        ...indexes.flatMap((index) =>
          throttles({ ...dimensions, GlobalSecondaryIndexName: index }),
        ),
      ],
      limit: { above: 100 },
      periods: 2,
    };
  }),
  {
    kind: 'TransactionConflicts',
    meaning: 'Many transactions meet at the same items, more than turns and batches can prevent.',
    metrics: ['OrdersTable', 'ProductsTable', 'StockMovementsTable'].map((table) =>
      ofTable('TransactionConflict', { TableName: reference(table) }),
    ),
    limit: { above: 3_000 },
    periods: 3,
  },
];
