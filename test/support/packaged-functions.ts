/** The functions of a packaged service, each with its settings and what its role allows. */
import type { Resource, Template } from './cloudformation.ts';

export type PackagedFunction = {
  /** As in serverless.yml. */
  readonly name: string;
  /** Its file, without the ending, from the project's folder. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Role;
  /** What Lambda itself needs of the role: to write the log, and to take messages off a queue. */
  readonly neededByLambda: Role;
};

/** Permissions, each once. */
export type Role = ReadonlySet<string>;

/** What IAM is asked: may this be done to that, alone or inside of another operation? */
export type Access = {
  /** As in `dynamodb:PutItem`. */
  readonly action: string;
  /** As serverless.yml calls it: `OrdersTable`, or `OrdersTable/index/byStatus`. */
  readonly resource: string;
  /** As in `TransactWriteItems`. */
  readonly enclosing?: string | undefined;
};

/** As in `dynamodb:PutItem on OrdersTable within TransactWriteItems`. */
export const permission = ({ action, resource, enclosing }: Access): string =>
  `${action} on ${resource}${enclosing === undefined ? '' : ` within ${enclosing}`}`;

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/** The statements of a role's own policies. */
export const statementsOf = (role: Resource): Statement[] =>
  role.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );

/** The resource that `!GetAtt <id>.Arn` names. */
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
          ...queuesOf(logicalId, Resources).flatMap((queue) => permissions(POLLING, queue)),
        ]),
      },
    ];
  });

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
const LOGGING = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const permissions = (actions: readonly string[], resource: string): string[] =>
  actions.map((action) => permission({ action, resource }));

/** The queues that Lambda hands to a function. */
const queuesOf = (logicalId: string, resources: Template['Resources']): string[] =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .filter(({ Properties }) => named(Properties.FunctionName) === logicalId)
    .map(({ Properties }) => named(Properties.EventSourceArn));

/**
 * Takes a role apart into single permissions. A wildcard stays what it is, and so is a permission
 * that nothing asks for.
 *
 * @throws when it says something that is not understood here
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
  if (typeof text === 'string') return text.replace(/^\$\{(\w+)\.Arn\}/, '$1');
  throw notUnderstood(target);
};

/** The operations that a statement's condition asks for; without one it asks for none. */
const enclosings = (condition: Statement['Condition']): readonly (string | undefined)[] => {
  if (condition === undefined) return [undefined];
  const { 'ForAnyValue:StringEquals': keys = {}, ...operators } = condition;
  const { 'dynamodb:EnclosingOperation': operations, ...others } = keys;
  if (!operations || Object.keys({ ...operators, ...others }).length > 0) {
    throw notUnderstood(condition);
  }
  return operations;
};
