/**
 * Mistakes that a change of serverless.yml could make, each by itself. Most of them would be found
 * only when AWS refuses the deployment, some only when the system does not work, or never.
 */
import type { Resource, Template } from './template.ts';

export type Mistake = {
  readonly title: string;
  /** What the mistake changes. */
  readonly make: (change: Change) => void;
  /** A part of the promise that it breaks. */
  readonly breaks: string;
};

/** The template to change. Resources are whole copies. */
export type Change = {
  /** The properties of a resource. */
  readonly of: (logicalId: string) => Resource['Properties'];
  /** The resource itself, without its type. */
  readonly whole: (logicalId: string) => Record<string, unknown>;
  readonly remove: (logicalId: string) => void;
  /** The statements of the role of a function. */
  readonly grants: (logicalId: string) => Resource['Properties'][];
};

/** A copy of the template with the mistake in it. */
export const withMistake = (template: Template, { make }: Mistake): Template => {
  const changed = structuredClone(template);
  const whole = (logicalId: string): Resource['Properties'] => {
    const found = changed.Resources[logicalId];
    if (!found) throw new Error(`The template has no ${logicalId}`);
    return found;
  };
  make({
    whole,
    of: (logicalId) => whole(logicalId).Properties,
    remove: (logicalId) => {
      whole(logicalId);
      Reflect.deleteProperty(changed.Resources, logicalId);
    },
    grants: (logicalId) => whole(logicalId).Properties.Policies[0].PolicyDocument.Statement,
  });
  return changed;
};

const QUEUE = 'CancellationsQueue';
const DEAD = 'CancellationsDeadLetterQueue';
const MAPPING = 'CancelDashordersEventSourceMappingSQSCancellationsQueue';
const STREAM = 'PublishDasheventsEventSourceMappingDynamodbOrdersTable';
const ROLE = 'ConfirmDashorderIamRoleLambdaExecution';

const write = (grants: Resource['Properties'][]) =>
  grants.find(({ Action }) => Action.includes('dynamodb:UpdateItem'));

const KNOWN = 'properties that CloudFormation knows';
const EXISTS = 'names what exists';

export const MISTAKES: readonly Mistake[] = [
  {
    title: 'a misspelt property',
    make: ({ of }) => Object.assign(of(QUEUE), { VisibilityTimeOut: 360 }),
    breaks: KNOWN,
  },
  {
    title: 'a misspelt property deep inside',
    make: ({ of }) => Object.assign(of('OrdersTable').GlobalSecondaryIndexes[0], { Keys: [] }),
    breaks: KNOWN,
  },
  {
    title: 'a required property that is missing',
    make: ({ of }) => delete of('ProductsTable').KeySchema,
    breaks: KNOWN,
  },
  {
    title: 'a text for a number',
    make: ({ of }) => Object.assign(of(QUEUE), { VisibilityTimeout: 'six minutes' }),
    breaks: KNOWN,
  },
  {
    title: 'one value for a list',
    make: ({ of }) => Object.assign(of('StockDriftAlarm'), { AlarmActions: 'arn:aws:sns:x' }),
    breaks: KNOWN,
  },
  {
    title: 'a misspelt type of a resource',
    make: ({ whole }) => Object.assign(whole(DEAD), { Type: 'AWS::SQS::Queues' }),
    breaks: KNOWN,
  },
  {
    title: 'a reference to a resource that is gone',
    make: ({ remove }) => remove('TurnsTable'),
    breaks: EXISTS,
  },
  {
    title: 'an attribute that a resource does not have',
    make: ({ of }) => {
      of(QUEUE).RedrivePolicy.deadLetterTargetArn = { 'Fn::GetAtt': [DEAD, 'QueueArn'] };
    },
    breaks: EXISTS,
  },
  {
    title: 'a dependency on a route of another name',
    make: ({ whole }) =>
      Object.assign(whole('HttpApiStage'), { DependsOn: ['HttpApiRouteGetDoc'] }),
    breaks: EXISTS,
  },
  {
    title: 'a misspelt name inside a text',
    make: ({ grants }) => {
      const [, byStatus] = grants('ListDashordersIamRoleLambdaExecution');
      byStatus.Resource = [{ 'Fn::Sub': `\${OrderTable.Arn}/index/byStatus` }];
    },
    breaks: EXISTS,
  },
  {
    title: 'a large batch without a window',
    make: ({ of }) => delete of(MAPPING).MaximumBatchingWindowInSeconds,
    breaks: 'more than ten messages',
  },
  {
    title: 'a function with more time than its messages are hidden',
    make: ({ of }) => Object.assign(of('CancelDashordersLambdaFunction'), { Timeout: 61 }),
    breaks: 'six times the time',
  },
  {
    title: 'a batch that fails as a whole',
    make: ({ of }) => delete of(MAPPING).FunctionResponseTypes,
    breaks: 'fail one by one',
  },
  {
    title: 'a record that fails its whole batch',
    make: ({ of }) => delete of(STREAM).FunctionResponseTypes,
    breaks: 'fail one by one',
  },
  {
    title: 'a stream without the rows as they were',
    make: ({ of }) =>
      Object.assign(of('OrdersTable').StreamSpecification, { StreamViewType: 'NEW_IMAGE' }),
    breaks: 'as they were and as they are',
  },
  {
    title: 'a stream that nobody reads',
    make: ({ remove }) => remove('PublishDasheventsEventSourceMappingDynamodbProductsTable'),
    breaks: 'are read, from their beginning',
  },
  {
    title: 'a stream that is read from now on, so that a deployment misses changes',
    make: ({ of }) => Object.assign(of(STREAM), { StartingPosition: 'LATEST' }),
    breaks: 'are read, from their beginning',
  },
  {
    title: 'one bad record that fails all others of its batch with it',
    make: ({ of }) => delete of(STREAM).BisectBatchOnFunctionError,
    breaks: 'repeated for hours, in halves',
  },
  {
    title: 'a record that is tried until the stream has lost it',
    make: ({ of }) => delete of(STREAM).MaximumRecordAgeInSeconds,
    breaks: 'never for ever',
  },
  {
    title: 'an outage of a minute that loses events',
    make: ({ of }) => Object.assign(of(STREAM), { MaximumRetryAttempts: 3 }),
    breaks: 'repeated for hours',
  },
  {
    title: 'records that are given up in silence',
    make: ({ of }) => delete of(STREAM).DestinationConfig,
    breaks: 'told to a queue',
  },
  {
    title: 'a queue that forgets them within days',
    make: ({ of }) =>
      Object.assign(of('UnpublishedEventsQueue'), { MessageRetentionPeriod: 345_600 }),
    breaks: 'for two weeks',
  },
  {
    title: 'events for the bus of another stage',
    make: ({ of }) => {
      of('PublishDasheventsLambdaFunction').Environment.Variables.EVENT_BUS_NAME =
        'countermand-dev-events';
    },
    breaks: 'a bus of the stage',
  },
  {
    title: 'a single worker, which SQS does not know',
    make: ({ of }) => Object.assign(of(MAPPING), { ScalingConfig: { MaximumConcurrency: 1 } }),
    breaks: 'at least two workers',
  },
  {
    title: 'dead letters that are lost with their queue',
    make: ({ of }) => Object.assign(of(QUEUE), { MessageRetentionPeriod: 1_209_600 }),
    breaks: 'keeps messages for longer',
  },
  {
    title: 'a queue without a dead-letter queue',
    make: ({ of }) => delete of(QUEUE).RedrivePolicy,
    breaks: 'has a dead-letter queue',
  },
  {
    title: 'a dead-letter queue that speaks without TLS',
    make: ({ of }) => of('QueuePolicy').Queues.pop(),
    breaks: 'over TLS only',
  },
  {
    title: 'a statement about two queues',
    make: ({ of }) => {
      of('QueuePolicy').PolicyDocument.Statement[0].Resource = [QUEUE, DEAD].map((queue) => ({
        'Fn::GetAtt': [queue, 'Arn'],
      }));
    },
    breaks: 'names one resource',
  },
  {
    title: 'a policy that denies what comes with TLS',
    make: ({ of }) => {
      of('QueuePolicy').PolicyDocument.Statement[0].Condition.Bool['aws:SecureTransport'] = 'true';
    },
    breaks: 'over TLS only',
  },
  {
    title: 'two tables with indexes at once',
    make: ({ whole }) => delete whole('StockMovementsTable').DependsOn,
    breaks: 'one after the other',
  },
  {
    title: 'an attribute that no key uses',
    make: ({ of }) =>
      of('OrdersTable').AttributeDefinitions.push({ AttributeName: 'status', AttributeType: 'S' }),
    breaks: 'no others',
  },
  {
    title: 'a table that stays after a first deployment that failed',
    make: ({ whole }) => Object.assign(whole('OrdersTable'), { DeletionPolicy: 'Retain' }),
    breaks: 'survive their stack',
  },
  {
    title: 'a table that goes with its stack',
    make: ({ whole }) => delete whole('StockMovementsTable').DeletionPolicy,
    breaks: 'survive their stack',
  },
  {
    title: 'a table that anyone may delete',
    make: ({ of }) => Object.assign(of('ProductsTable'), { DeletionProtectionEnabled: 'false' }),
    breaks: 'deleted by mistake',
  },
  {
    title: 'a misspelt condition key',
    make: ({ grants }) => {
      write(grants(ROLE)).Condition = {
        'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperations': ['TransactWriteItems'] },
      };
    },
    breaks: 'operators and keys exist',
  },
  {
    title: 'a misspelt operator of a condition',
    make: ({ grants }) => {
      write(grants(ROLE)).Condition = {
        'ForAnyValues:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
      };
    },
    breaks: 'operators and keys exist',
  },
  {
    title: 'a misspelt action',
    make: ({ grants }) => Object.assign(grants(ROLE)[1], { Action: ['dynamodb:GetItems'] }),
    breaks: 'actions that exist',
  },
  {
    title: 'a write without a transaction',
    make: ({ grants }) => delete write(grants(ROLE)).Condition,
    breaks: 'inside transactions only',
  },
  {
    title: 'a role that may do everything to a table',
    make: ({ grants }) => Object.assign(grants(ROLE)[1], { Action: ['dynamodb:*'] }),
    breaks: 'power over everything',
  },
  {
    title: 'two functions with one role',
    make: ({ of }) => {
      of('ShipDashorderLambdaFunction').Role['Fn::GetAtt'][0] = ROLE;
    },
    breaks: 'a role that no other has',
  },
  {
    title: 'a role whose name may become too long',
    make: ({ of }) => Object.assign(of(ROLE), { RoleName: 'countermand-prod-confirm-order' }),
    breaks: 'names the roles',
  },
  {
    title: 'a traced function whose role cannot send traces',
    make: ({ of }) =>
      Object.assign(of('ShipDashorderLambdaFunction'), { TracingConfig: { Mode: 'Active' } }),
    breaks: 'may send its traces',
  },
  {
    title: 'a closed route without an authorizer',
    make: ({ of }) => delete of('HttpApiRoutePostOrders').AuthorizationType,
    breaks: 'asks who is calling',
  },
  {
    title: 'settings of a route that may be made before it',
    make: ({ whole }) => Object.assign(whole('HttpApiStage'), { DependsOn: 'HttpApiLogGroup' }),
    breaks: 'made after the route',
  },
  {
    title: 'an open route without a limit of its own',
    make: ({ of }) => delete of('HttpApiStage').RouteSettings['GET /docs'],
    breaks: 'use up the calls',
  },
  {
    title: 'an API without a log',
    make: ({ of }) => delete of('HttpApiStage').AccessLogSettings,
    breaks: 'logs who called what',
  },
  {
    title: 'a route whose function API Gateway may not call',
    make: ({ remove }) => remove('GetDashorderLambdaPermissionHttpApi'),
    breaks: 'may call the functions',
  },
  {
    title: 'a function that answers after API Gateway has given up',
    make: ({ of }) => Object.assign(of('GetDashorderLambdaFunction'), { Timeout: 30 }),
    breaks: 'before API Gateway gives up',
  },
  {
    title: 'a function that is told of a table of another stage',
    make: ({ of }) => {
      of('GetDashorderLambdaFunction').Environment.Variables.ORDERS_TABLE =
        'countermand-dev-orders';
    },
    breaks: 'names of tables that exist',
  },
  {
    title: 'a log that is kept for ever',
    make: ({ of }) => delete of('GetDashorderLogGroup').RetentionInDays,
    breaks: 'for ever',
  },
  {
    title: 'a log of the API under a name of our own',
    make: ({ of }) => Object.assign(of('HttpApiLogGroup'), { LogGroupName: '/shop/http-api' }),
    breaks: 'policy of the account',
  },
  {
    title: 'a log group that comes after its function',
    make: ({ whole }) => Object.assign(whole('GetDashorderLambdaFunction'), { DependsOn: [] }),
    breaks: 'finds its log group',
  },
  {
    title: 'an alarm that tells nobody',
    make: ({ of }) => delete of('DeadLettersAlarm').AlarmActions,
    breaks: 'tells somebody',
  },
  {
    title: 'an alarm that does not say that it is over',
    make: ({ of }) => Object.assign(of('DeadLettersAlarm'), { OKActions: [] }),
    breaks: 'tells somebody',
  },
  {
    title: 'an alarm without a statistic',
    make: ({ of }) => delete of('StockDriftAlarm').Statistic,
    breaks: 'one number with one limit',
  },
  {
    title: 'an index that nobody watches',
    make: ({ of }) => {
      of('OrdersTable').GlobalSecondaryIndexes[0].IndexName = 'byCustomer';
    },
    breaks: 'is watched',
  },
  {
    title: 'a function that nobody watches',
    make: ({ remove }) => remove('FunctionErrorsSweepOrdersAlarm'),
    breaks: 'is watched',
  },
  {
    title: 'a function of the HTTP API that nobody watches',
    make: ({ of }) => of('FunctionThrottlesHttp10s1Alarm').Metrics.pop(),
    breaks: 'is watched',
  },
  {
    title: 'an alarm with too many metrics',
    make: ({ of }) => {
      const { Metrics } = of('FunctionErrorsHttp10s1Alarm');
      Metrics.push({ ...Metrics.at(-1), Id: 'm11' });
    },
    breaks: 'no more metrics',
  },
  {
    title: 'an alarm that adds up how long functions take',
    make: ({ of }) => {
      const [all] = of('FunctionDurationHttp10s1Alarm').Metrics;
      all.Expression = 'SUM(FILL(METRICS(), 0))';
    },
    breaks: 'adds up no durations',
  },
  {
    title: 'a table that is paid for by the hour',
    make: ({ of }) => delete of('ProductsTable').BillingMode,
    breaks: 'paid for by request',
  },
  {
    title: 'a queue that is not encrypted',
    make: ({ of }) => Object.assign(of(QUEUE), { SqsManagedSseEnabled: false }),
    breaks: 'is encrypted',
  },
  {
    title: 'an old runtime',
    make: ({ of }) => Object.assign(of('GetDashorderLambdaFunction'), { Runtime: 'nodejs18.x' }),
    breaks: 'arm64 and Node 24',
  },
  {
    title: 'a function without tags',
    make: ({ of }) => delete of('GetDashorderLambdaFunction').Tags,
    breaks: 'whose costs',
  },
  {
    title: 'a misspelt effect of a policy',
    make: ({ grants }) => Object.assign(grants(ROLE)[1], { Effect: 'Allows' }),
    breaks: 'allows or denies',
  },
  {
    title: 'an alarm that does not say what to do',
    make: ({ of }) => delete of('StockDriftAlarm').AlarmDescription,
    breaks: 'says what to do',
  },
];

/** Mistakes in a template whose routes ask for tokens. */
export const MISTAKES_WITH_TOKENS: readonly Mistake[] = [
  {
    title: 'a closed route without an authorizer',
    make: ({ of }) => delete of('HttpApiRoutePostOrders').AuthorizationType,
    breaks: 'asks who is calling',
  },
  {
    title: 'a route that still asks for AWS IAM',
    make: ({ of }) => Object.assign(of('HttpApiRouteDefault'), { AuthorizationType: 'AWS_IAM' }),
    breaks: 'ask in the same way',
  },
  {
    title: 'an open route that asks for a token',
    make: ({ of }) => Object.assign(of('HttpApiRouteGetHealth'), { AuthorizationType: 'JWT' }),
    breaks: 'ask in the same way',
  },
  {
    title: 'a second issuer',
    make: ({ of }) =>
      Object.assign(of('HttpApiRoutePostOrders'), { AuthorizerId: { Ref: 'AnotherAuthorizer' } }),
    breaks: 'ask in the same way',
  },
  {
    title: 'a deletion that every token allows',
    make: ({ of }) => delete of('HttpApiRouteDeleteOrdersOrderidVar').AuthorizationScopes,
    breaks: 'what the operation of the route declares',
  },
  {
    title: 'a deletion that a token for reading allows',
    make: ({ of }) =>
      of('HttpApiRouteDeleteOrdersOrderidVar').AuthorizationScopes.push('countermand/read'),
    breaks: 'what the operation of the route declares',
  },
  {
    title: 'a description that tells of another way to be let in',
    make: ({ of }) =>
      Object.assign(of('GetDashopenapiLambdaFunction').Environment.Variables, {
        SECURITY_SCHEME: 'iam',
      }),
    breaks: 'the description that the stage serves',
  },
  {
    title: 'tokens for any service',
    make: ({ of }) => Object.assign(of('HttpApiAuthorizerJwt').JwtConfiguration, { Audience: [] }),
    breaks: 'meant for this service',
  },
  {
    title: 'tokens from the address',
    make: ({ of }) =>
      Object.assign(of('HttpApiAuthorizerJwt'), { IdentitySource: ['$request.querystring.token'] }),
    breaks: 'meant for this service',
  },
  {
    title: 'an open route without a limit of its own',
    make: ({ of }) => delete of('HttpApiStage').RouteSettings['GET /docs'],
    breaks: 'use up the calls',
  },
];
