/** The functions of a packaged service, each with its settings and the permissions of its role. */
import type { Resource, Template } from './cloudformation.ts';

export type PackagedFunction = {
  /** Its name in serverless.yml. */
  readonly name: string;
  /** Its file without the extension, relative to the folder of the project. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Role;
  /**
   * What Lambda itself needs of the role: to write logs, to receive messages from a queue, to read a
   * stream, and to tell a queue what it gave up.
   */
  readonly neededByLambda: Role;
};

/** Permissions, each once. */
export type Role = ReadonlySet<string>;

/** A question to IAM: may this action be done on that resource, alone or inside of an operation? */
export type Access = {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** The logical id in serverless.yml: `OrdersTable`, or `OrdersTable/index/byStatus`. */
  readonly resource: string;
  /** For example `TransactWriteItems`. */
  readonly enclosing?: string | undefined;
};

/** For example `dynamodb:PutItem on OrdersTable within TransactWriteItems`. */
export const permission = ({ action, resource, enclosing }: Access): string =>
  `${action} on ${resource}${enclosing === undefined ? '' : ` within ${enclosing}`}`;

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/** The statements in the policies of a role. */
export const statementsOf = (role: Resource): Statement[] =>
  role.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );

/** The resource of `!GetAtt <id>.Arn`. */
export const named = (arn: { readonly 'Fn::GetAtt': readonly [string, string] }): string =>
  arn['Fn::GetAtt'][0];

export const packagedFunctions = ({ Resources }: Template): PackagedFunction[] =>
  Object.entries(Resources).flatMap(([logicalId, { Type, Properties }]) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const name = Properties.Handler.replace(/^functions\/|\.handler$/g, '');
    const logGroup = `log-group:/aws/lambda/${Properties.FunctionName}:*:*`;
    const log = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:${logGroup}`;
    return [
      {
        name,
        file: `functions/${name}`,
        environment: Properties.Environment.Variables,
        role: readRole(Resources[named(Properties.Role)] as Resource),
        neededByLambda: new Set([
          ...permissions(LOGGING, log),
          ...sourcesOf(logicalId, Resources).flatMap(neededForSource),
        ]),
      },
    ];
  });

/**
 * The log group exists already.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
const LOGGING = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const permissions = (actions: readonly string[], resource: string): string[] =>
  actions.map((action) => permission({ action, resource }));

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const READING_STREAMS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map(
  (action) => `dynamodb:${action}`,
);

/** The queues and streams that Lambda gives to a function. */
const sourcesOf = (logicalId: string, resources: Template['Resources']): Resource['Properties'][] =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .filter(({ Properties }) => named(Properties.FunctionName) === logicalId)
    .map(({ Properties }) => Properties);

const neededForSource = ({
  EventSourceArn,
  DestinationConfig,
}: Resource['Properties']): string[] => {
  const [source, attribute] = EventSourceArn['Fn::GetAtt'];
  const told = DestinationConfig?.OnFailure?.Destination;
  return [
    ...(attribute === 'StreamArn'
      ? permissions(READING_STREAMS, `${source}/stream`)
      : permissions(POLLING, source)),
    ...(told ? permissions(['sqs:SendMessage'], named(told)) : []),
  ];
};

/**
 * Splits a role into single permissions. A wildcard is kept as it is, so that it counts as a
 * permission that no request needs.
 *
 * @throws Error when a statement has a form that this function does not know
 */
const readRole = (role: Resource): Role => {
  const { ManagedPolicyArns = [] } = role.Properties;
  if (ManagedPolicyArns.length > 0) throw new Error(`A role with ${ManagedPolicyArns}`);
  const all = statementsOf(role).flatMap((statement) => {
    const { Effect, Action, Resource, Condition, ...others } = statement;
    if (Effect !== 'Allow' || Object.keys(others).length > 0) throw notUnderstood(statement);
    return [Action].flat().flatMap((action) =>
      [Resource].flat().flatMap((target) => {
        const resource = resourceName(target);
        return enclosings(Condition).map((enclosing) =>
          permission({ action, resource, enclosing }),
        );
      }),
    );
  });
  return new Set(all);
};

const notUnderstood = (part: unknown): Error =>
  new Error(`What does this allow? ${JSON.stringify(part)}`);

const resourceName = (target: unknown): string => {
  if (typeof target === 'string') return target;
  const { 'Fn::GetAtt': attribute, 'Fn::Sub': text } = target as Record<string, unknown>;
  if (Array.isArray(attribute) && attribute[1] === 'Arn') return String(attribute[0]);
  if (Array.isArray(attribute) && attribute[1] === 'StreamArn') return `${attribute[0]}/stream`;
  if (typeof text === 'string') return text.replace(/^\$\{(\w+)\.Arn\}/, '$1');
  throw notUnderstood(target);
};

/** The operations in the condition of a statement; none if it has no condition. */
const enclosings = (condition: Statement['Condition']): readonly (string | undefined)[] => {
  if (condition === undefined) return [undefined];
  const { 'ForAnyValue:StringEquals': keys = {}, ...operators } = condition;
  const { 'dynamodb:EnclosingOperation': operations, ...others } = keys;
  if (!operations || Object.keys({ ...operators, ...others }).length > 0) {
    throw notUnderstood(condition);
  }
  return operations;
};
