/** The CloudFormation intrinsics that tables, queues and event sources in serverless.yml use. */

export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>
>;

export type Place = { readonly region: string; readonly account: string };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of a queue or table, from its properties. */
export const nameOf = (resources: Resources, logicalId: string): string => {
  const { Type: type, Properties: properties } = resources[logicalId] ?? {};
  const name = type === 'AWS::SQS::Queue' ? properties?.QueueName : properties?.TableName;
  if (typeof name !== 'string') throw new Error(`serverless.yml gives ${logicalId} no name.`);
  return name;
};

/** The ARN of a queue or table, in the same form as in AWS. */
export const arnOf = (
  resources: Resources,
  logicalId: string,
  { region, account }: Place,
): string => {
  const name = nameOf(resources, logicalId);
  return resources[logicalId]?.Type === 'AWS::SQS::Queue'
    ? `arn:aws:sqs:${region}:${account}:${name}`
    : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
};

const resolveReference = (resources: Resources, target: string, place: Place): string => {
  if (target === 'AWS::Region') return place.region;
  if (target === 'AWS::AccountId') return place.account;
  if (target === 'AWS::Partition') return 'aws';
  if (resources[target]?.Type === 'AWS::DynamoDB::Table') return nameOf(resources, target);
  throw new Error(`serverless.yml: { Ref: ${target} } has no value on this machine.`);
};

const resolveAttribute = (resources: Resources, argument: unknown, place: Place): string => {
  const [logicalId = '', attribute] = Array.isArray(argument)
    ? argument
    : String(argument).split('.');
  if (attribute === 'Arn') return arnOf(resources, logicalId, place);
  if (attribute === 'QueueName') return nameOf(resources, logicalId);
  // The address of a stream has the time in it at which it was made. The table's is enough here.
  if (attribute === 'StreamArn') return arnOf(resources, logicalId, place);
  throw new Error(
    `serverless.yml: !GetAtt ${logicalId}.${attribute} has no value on this machine.`,
  );
};

/**
 * Replaces `Ref` and `Fn::GetAtt` by their values, at any depth.
 *
 * @throws when an intrinsic has no value here: a guess would make the local system differ from AWS
 */
export const resolveIntrinsics = (value: unknown, resources: Resources, place: Place): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolveIntrinsics(item, resources, place));
  if (!isRecord(value)) return value;
  const [[key, argument] = [], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === 'Ref') return resolveReference(resources, String(argument), place);
    if (key === 'Fn::GetAtt') return resolveAttribute(resources, argument, place);
    if (key?.startsWith('Fn::')) throw new Error(`serverless.yml: ${key} is not known here.`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolveIntrinsics(item, resources, place)]),
  );
};
