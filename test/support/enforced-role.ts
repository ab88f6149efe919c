/** IAM in front of DynamoDB, SQS and EventBridge, which local engines do not have. */
import { actionsOf, type Fault, refusedWith } from './faults.ts';
import type { DynamoRequest } from './network.ts';
import { type Access, permission, type Role } from './packaged-functions.ts';

export type EnforcedRole = {
  /** Has to come before the engine of this service and before all other faults. */
  for(service: Service): Fault;
  /** Permissions that a request needed and that the role does not have. */
  lacking(): string[];
  /** Permissions of the role that no request needed. */
  unused(): string[];
};

/**
 * Refuses a whole request with `AccessDeniedException` if the role does not allow all of it, and
 * records which permissions are needed.
 *
 * @param logicalIds the logical id in serverless.yml of each table and queue, by its name
 */
export const enforceRole = (
  role: Role,
  logicalIds: Readonly<Record<string, string>>,
): EnforcedRole => {
  const used = new Set<string>();
  const lacking = new Set<string>();

  const allows = (access: Access): boolean => {
    const asked = permission(access);
    used.add(asked);
    // A permission without a condition is also valid inside of a transaction.
    const isAllowed = role.has(asked) || role.has(permission({ ...access, enclosing: undefined }));
    if (!isAllowed) lacking.add(asked);
    return isAllowed;
  };

  return {
    for: (service) => (answer, request) => {
      const denied = ACCESSES[service](request, logicalIds).filter((access) => !allows(access));
      return denied.length > 0 ? refusedWith('AccessDeniedException')(answer, request) : answer();
    },
    lacking: () => [...lacking].sort(),
    unused: () => [...role].filter((granted) => !used.has(granted)).sort(),
  };
};

/**
 * The permissions that a request needs: for a transaction one for each action, for a query of an
 * index one for the index and none for its table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const accessesToTables = (
  request: DynamoRequest,
  logicalIds: Readonly<Record<string, string>>,
): Access[] => {
  const { operation, json } = request;
  const resource = (table: string): string => logicalIds[table] ?? table;
  if ('TransactItems' in json) {
    return actionsOf(request).map(({ type, table }) => ({
      action: `dynamodb:${type}Item`,
      resource: resource(table),
      enclosing: operation,
    }));
  }
  const tables =
    'RequestItems' in json ? Object.keys(Object(json.RequestItems)) : [String(json.TableName)];
  const index = 'IndexName' in json ? `/index/${json.IndexName}` : '';
  return tables.map((table) => ({
    action: `dynamodb:${operation}`,
    resource: `${resource(table)}${index}`,
  }));
};

/**
 * SQS needs the same permission for single messages and for batches.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
const accessesToQueues = (
  { operation, json }: DynamoRequest,
  logicalIds: Readonly<Record<string, string>>,
): Access[] => {
  const queue = String(json.QueueUrl).split('/').at(-1) ?? '';
  return [
    { action: `sqs:${operation.replace(/Batch$/, '')}`, resource: logicalIds[queue] ?? queue },
  ];
};

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-permissions-reference.html */
const accessesToBuses = (
  { operation, json }: DynamoRequest,
  logicalIds: Readonly<Record<string, string>>,
): Access[] =>
  [json.Entries].flat().map((entry) => {
    const { EventBusName: bus } = Object(entry);
    return { action: `events:${operation}`, resource: logicalIds[bus] ?? String(bus) };
  });

const ACCESSES = {
  dynamodb: accessesToTables,
  sqs: accessesToQueues,
  events: accessesToBuses,
} as const;

type Service = keyof typeof ACCESSES;
