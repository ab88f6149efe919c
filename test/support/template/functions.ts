/** Rules of functions, of what calls them, and of their logs. */
import { sourceQueues } from './data.ts';
import { isOfStream } from './streams.ts';
import { dependenciesOf, ofType, type Rule, type Template, target, wrong } from './template.ts';

const FUNCTION = 'AWS::Lambda::Function';
const MAPPING = 'AWS::Lambda::EventSourceMapping';

/** Days. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
];

/** Seconds after which API Gateway waits for no function any more. */
const API_TIMEOUT = 30;

const functionOf = (template: Template, arn: unknown) => template.Resources[target(arn) ?? ''];

export const FUNCTIONS: readonly Rule[] = [
  {
    promise: 'a batch of more than ten messages waits for them',
    violations: (template) =>
      wrong(
        template,
        MAPPING,
        (mapping) =>
          !isOfStream(mapping) &&
          mapping.BatchSize > 10 &&
          !(mapping.MaximumBatchingWindowInSeconds >= 1) &&
          `${mapping.BatchSize} messages need a window`,
      ),
  },
  {
    promise: 'a queue hides messages for six times the time that their function has',
    violations: (template) =>
      wrong(template, MAPPING, (mapping) => {
        if (isOfStream(mapping)) return;
        const { EventSourceArn, FunctionName } = mapping;
        const queue = template.Resources[target(EventSourceArn) ?? ''];
        const { Timeout } = functionOf(template, FunctionName)?.Properties ?? {};
        const hidden = queue?.Properties.VisibilityTimeout ?? 30;
        return !(hidden >= 6 * Timeout) && `${hidden} seconds for ${Timeout}`;
      }),
  },
  {
    promise: 'messages and records fail one by one, and at least two workers receive messages',
    violations: (template) =>
      sourceQueues(template).length === 0
        ? ['no queue feeds a function']
        : wrong(template, MAPPING, ({ FunctionResponseTypes = [], ScalingConfig = {} }) => {
            if (!FunctionResponseTypes.includes('ReportBatchItemFailures')) {
              return 'one message fails its whole batch';
            }
            const { MaximumConcurrency: most = 2 } = ScalingConfig;
            return (most < 2 || most > 1_000) && `${most} workers are not possible`;
          }),
  },
  {
    promise: 'a function that a caller waits for answers before API Gateway gives up',
    violations: (template) =>
      ofType(template, 'AWS::ApiGatewayV2::Integration').flatMap(([id, { Properties }]) => {
        const { Timeout } = functionOf(template, Properties.IntegrationUri)?.Properties ?? {};
        return Timeout < API_TIMEOUT ? [] : [`${id}: ${Timeout} seconds`];
      }),
  },
  {
    promise: 'API Gateway and EventBridge may call the functions that they are told to call',
    violations: (template) => {
      const mayCall = (principal: string) =>
        ofType(template, 'AWS::Lambda::Permission')
          .filter(([, { Properties }]) => Properties.Principal === principal)
          .map(([, { Properties }]) => target(Properties.FunctionName));
      const called = [
        ...ofType(template, 'AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => [
          target(Properties.IntegrationUri),
          'apigateway.amazonaws.com',
        ]),
        ...ofType(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
          Properties.Targets.map(({ Arn }: { Arn: unknown }) => [
            target(Arn),
            'events.amazonaws.com',
          ]),
        ),
      ];
      return called
        .filter(([id, principal = '']) => !mayCall(principal).includes(id))
        .map(([id, principal]) => `${id}: ${principal} may not call it`);
    },
  },
  {
    promise: 'a function runs on arm64 and Node 24, with no more time and memory than there is',
    violations: (template) =>
      wrong(template, FUNCTION, ({ Runtime, Architectures, Timeout, MemorySize }) => {
        if (Runtime !== 'nodejs24.x' || `${Architectures}` !== 'arm64') return 'on something else';
        if (!(Timeout >= 1 && Timeout <= 900)) return `${Timeout} seconds`;
        return !(MemorySize >= 128 && MemorySize <= 10_240) && `${MemorySize} MB`;
      }),
  },
  {
    promise: 'a function is told the names of tables that exist',
    violations: (template) => {
      const tables = ofType(template, 'AWS::DynamoDB::Table').map(
        ([, { Properties }]) => Properties.TableName,
      );
      return wrong(template, FUNCTION, ({ Environment }) => {
        const missing = Object.entries(Environment.Variables).find(
          ([name, value]) => name.endsWith('_TABLE') && !tables.includes(value),
        );
        return missing && `there is no table ${missing[1]}`;
      });
    },
  },
  {
    promise: 'a function finds its log group when it starts',
    violations: (template) =>
      wrong(template, FUNCTION, ({ FunctionName }, _, resource) => {
        const [id] = ofType(template, 'AWS::Logs::LogGroup').find(
          ([, { Properties }]) => Properties.LogGroupName === `/aws/lambda/${FunctionName}`,
        ) ?? [''];
        return !dependenciesOf(resource).includes(id) && 'it has none, or may come before it';
      }),
  },
  {
    promise: 'no log is kept for ever',
    violations: (template) =>
      wrong(
        template,
        'AWS::Logs::LogGroup',
        ({ RetentionInDays: days }) =>
          !RETENTIONS.includes(days) && `${days} days are not possible`,
      ),
  },
  {
    promise: 'a function says whose costs it causes',
    violations: (template) =>
      wrong(template, FUNCTION, ({ Tags = [] }) => {
        const keys = Tags.map(({ Key }: { Key: string }) => Key);
        return !['service', 'stage'].every((key) => keys.includes(key)) && 'its tags do not';
      }),
  },
];
