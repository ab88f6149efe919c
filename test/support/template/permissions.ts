/** Rules of roles and policies. */
import { ofType, type Rule, type Template, target, wrong } from './template.ts';

const FUNCTION = 'AWS::Lambda::Function';
const ROLE = 'AWS::IAM::Role';

type Statement = {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** What IAM would take in silence if it were misspelt: the permission would only not work. */
const KNOWN_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:DescribeStream',
  'dynamodb:GetItem',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
  'events:PutEvents',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:*',
  'sqs:*',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'sts:AssumeRole',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
const KNOWN_CONDITIONS = [
  'Bool aws:SecureTransport',
  'ForAnyValue:StringEquals dynamodb:EnclosingOperation',
];

const WRITES = /^dynamodb:(PutItem|UpdateItem|DeleteItem|ConditionCheckItem|BatchWriteItem|\*)$/;
const XRAY = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

const actionsOf = ({ Action = [] }: Statement): readonly string[] => [Action].flat();

/** The statements of all policies in a value, at any depth. */
const statementsIn = (value: unknown): Statement[] => {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'Statement' ? [part].flat() : statementsIn(part),
  );
};

const allStatements = ({ Resources }: Template): (readonly [string, Statement])[] =>
  Object.entries(Resources).flatMap(([id, { Properties }]) =>
    statementsIn(Properties).map((statement) => [id, statement] as const),
  );

const granted = (template: Template, role: string): Statement[] =>
  statementsIn(template.Resources[role]?.Properties.Policies);

const complaints = (
  template: Template,
  problemsOf: (statement: Statement) => readonly string[],
): string[] =>
  allStatements(template).flatMap(([id, statement]) =>
    problemsOf(statement).map((problem) => `${id}: ${problem}`),
  );

const conditionsOf = ({ Condition = {} }: Statement): string[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => `${operator} ${key}`),
  );

export const PERMISSIONS: readonly Rule[] = [
  {
    promise: 'a policy allows or denies something',
    violations: (template) =>
      complaints(template, (statement) =>
        /^(Allow|Deny)$/.test(statement.Effect ?? '') && actionsOf(statement).length > 0
          ? []
          : ['a statement does neither'],
      ),
  },
  {
    promise: 'a policy names actions that exist',
    violations: (template) =>
      complaints(template, (statement) =>
        actionsOf(statement).filter((action) => !KNOWN_ACTIONS.includes(action)),
      ),
  },
  {
    promise: 'a policy has conditions whose operators and keys exist',
    violations: (template) =>
      complaints(template, (statement) =>
        conditionsOf(statement).filter((condition) => !KNOWN_CONDITIONS.includes(condition)),
      ),
  },
  {
    promise: 'a role writes to tables inside transactions only',
    violations: (template) =>
      wrong(template, ROLE, (_, id) => {
        const free = granted(template, id).find(
          ({ Condition, ...statement }) =>
            actionsOf(statement).some((action) => WRITES.test(action)) &&
            `${Condition?.['ForAnyValue:StringEquals']?.['dynamodb:EnclosingOperation']}` !==
              'TransactWriteItems',
        );
        return free && `it may do ${actionsOf(free)} alone`;
      }),
  },
  {
    promise: 'a role has no power over everything',
    violations: (template) =>
      wrong(template, ROLE, (_, id) => {
        const wide = granted(template, id).find(
          (statement) =>
            actionsOf(statement).some((action) => action.includes('*')) ||
            ([statement.Resource].flat().includes('*') &&
              !actionsOf(statement).every((action) => XRAY.includes(action))),
        );
        return wide && `it may do ${actionsOf(wide)} to too much`;
      }),
  },
  {
    promise: 'each function has a role that no other has, and no role is without a function',
    violations: (template) => {
      const roles = ofType(template, FUNCTION).map(([, { Properties }]) => target(Properties.Role));
      return wrong(template, ROLE, (_, id) => {
        const times = roles.filter((role) => role === id).length;
        return times !== 1 && `${times} functions have it`;
      });
    },
  },
  {
    promise: 'CloudFormation names the roles, so no stage is too long for them',
    violations: (template) =>
      wrong(template, ROLE, ({ RoleName }) => RoleName !== undefined && 'it has a name'),
  },
  {
    promise: 'a function that is traced may send its traces',
    violations: (template) =>
      wrong(template, FUNCTION, ({ TracingConfig, Role }) => {
        if (TracingConfig?.Mode !== 'Active') return;
        const actions = granted(template, target(Role) ?? '').flatMap(actionsOf);
        return !XRAY.every((action) => actions.includes(action)) && 'its role does not let it';
      }),
  },
];
