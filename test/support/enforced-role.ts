/** IAM in front of DynamoDB and SQS, which the engines on this machine do not have. */
import { actionsOf, type Fault, refusedWith } from './faults.ts';
import type { DynamoRequest } from './network.ts';
import { type Access, permission, type Role } from './packaged-functions.ts';

export type EnforcedRole = {
  /** Stands before the engine of this service, and before everything else. */
  for(service: 'dynamodb' | 'sqs'): Fault;
  /** Permissions that a request asked for and the role does not have. */
  lacking(): string[];
  /** Permissions of the role that no request made use of. */
  unused(): string[];
};

/**
 * Refuses what a role does not allow with `AccessDeniedException`, as a whole, and keeps account of
 * what is asked.
 *
 * @param logicalIds what serverless.yml calls each table and queue, by its name
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
    // What is allowed without a condition is allowed inside of anything, too.
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
 * What IAM is asked about a request: for a transaction each of its actions, for a query of an index
 * that index and not its table.
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
 * SQS asks for the same permission whether messages come one by one or in batches.
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

const ACCESSES = { dynamodb: accessesToTables, sqs: accessesToQueues } as const;
