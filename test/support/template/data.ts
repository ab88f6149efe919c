/** Rules of tables and queues. */
import {
  isTrue,
  ofType,
  type Resource,
  type Rule,
  type Template,
  target,
  wrong,
} from './template.ts';

const TABLE = 'AWS::DynamoDB::Table';
const QUEUE = 'AWS::SQS::Queue';

/** Tables whose rows nobody misses: progress of bulk cancellations, and turns to write. */
const DISPENSABLE = ['CancellationBatchesTable', 'TurnsTable'];

/** Rules that only a stage keeps that people rely on. */
export const PROTECTION: readonly Rule[] = [
  {
    promise: 'the tables of the shop survive their stack, but not a first deployment that fails',
    violations: (template) =>
      wrong(template, TABLE, (_, id, { DeletionPolicy, UpdateReplacePolicy }) => {
        if (DISPENSABLE.includes(id)) return;
        if (DeletionPolicy !== 'RetainExceptOnCreate') return 'its DeletionPolicy is another';
        return UpdateReplacePolicy !== 'Retain' && 'its UpdateReplacePolicy is another';
      }),
  },
  {
    promise: 'the tables of the shop cannot be deleted by mistake, and go back to any second',
    violations: (template) =>
      wrong(template, TABLE, (properties, id) => {
        if (DISPENSABLE.includes(id)) return;
        const { PointInTimeRecoverySpecification: recovery = {} } = properties;
        if (!isTrue(properties.DeletionProtectionEnabled)) return 'it has no deletion protection';
        return !isTrue(recovery.PointInTimeRecoveryEnabled) && 'it has no point-in-time recovery';
      }),
  },
];

export const DATA: readonly Rule[] = [
  {
    promise: 'a table defines the attributes of its keys and no others',
    violations: (template) =>
      wrong(
        template,
        TABLE,
        ({ KeySchema = [], GlobalSecondaryIndexes = [], AttributeDefinitions }) => {
          type Attribute = { readonly AttributeName: string };
          const namesIn = (list: readonly Attribute[]) => list.map((one) => one.AttributeName);
          const keys = [
            KeySchema,
            ...GlobalSecondaryIndexes.map((index: { KeySchema: Attribute[] }) => index.KeySchema),
          ];
          const used = [...new Set(keys.flatMap(namesIn))].sort();
          const defined = namesIn(AttributeDefinitions).sort();
          return `${used}` !== `${defined}` && `its keys use ${used}, and it defines ${defined}`;
        },
      ),
  },
  {
    promise: 'tables with indexes are made one after the other, as CloudFormation asks',
    violations: (template) => {
      const indexed = ofType(template, TABLE).filter(
        ([, { Properties }]) => Properties.GlobalSecondaryIndexes,
      );
      return indexed.slice(1).flatMap(([id, { DependsOn = [] }], index) => {
        const [before = ''] = indexed[index] ?? [];
        return [DependsOn].flat().includes(before) ? [] : [`${id}: it does not wait for ${before}`];
      });
    },
  },
  {
    promise: 'a table is paid for by request',
    violations: (template) =>
      wrong(template, TABLE, ({ BillingMode }) => BillingMode !== 'PAY_PER_REQUEST' && 'it is not'),
  },
  {
    promise: 'a queue takes and gives messages over TLS only',
    violations: (template) =>
      wrong(
        template,
        QUEUE,
        (_, id) => !isOnlyOverTls(template, id) && 'no policy denies what comes without TLS',
      ),
  },
  {
    promise: 'a statement about queues names one resource, because SQS takes no more',
    violations: (template) =>
      wrong(template, 'AWS::SQS::QueuePolicy', ({ PolicyDocument }) => {
        const resources = PolicyDocument.Statement.map(
          (statement: Resource['Properties']) => statement.Resource,
        );
        return resources.some(Array.isArray) && 'it has a list';
      }),
  },
  {
    promise: 'a queue is encrypted',
    violations: (template) =>
      wrong(template, QUEUE, (queue) => !isTrue(queue.SqsManagedSseEnabled) && 'it is not'),
  },
  {
    promise: 'a dead-letter queue keeps messages for longer than the queue that they come from',
    violations: (template) =>
      wrong(template, QUEUE, ({ RedrivePolicy, MessageRetentionPeriod: kept }) => {
        if (!RedrivePolicy) return;
        const dead = template.Resources[target(RedrivePolicy.deadLetterTargetArn) ?? ''];
        if (dead?.Type !== QUEUE) return 'its dead-letter queue does not exist';
        return (
          !(dead.Properties.MessageRetentionPeriod > kept) && 'its dead letters are lost earlier'
        );
      }),
  },
  {
    promise: 'a queue that feeds a function has a dead-letter queue',
    violations: (template) =>
      sourceQueues(template)
        .filter(([, queue]) => !queue?.Properties.RedrivePolicy)
        .map(([id]) => `${id}: it has none`),
  },
];

export const sourceQueues = (template: Template) =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) => {
    const id = target(Properties.EventSourceArn) ?? '';
    const queue = template.Resources[id];
    return queue?.Type === QUEUE ? [[id, queue] as const] : [];
  });

const isOnlyOverTls = (template: Template, queue: string): boolean =>
  ofType(template, 'AWS::SQS::QueuePolicy').some(
    ([, { Properties }]) =>
      Properties.Queues.map(target).includes(queue) &&
      Properties.PolicyDocument.Statement.some(
        ({ Effect, Principal, Action, Resource: arn, Condition }: Resource['Properties']) =>
          Effect === 'Deny' &&
          Principal === '*' &&
          Action === 'sqs:*' &&
          (arn === '*' || target(arn) === queue) &&
          String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
      ),
  );
