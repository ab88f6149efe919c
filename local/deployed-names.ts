/** The names that a stage gives to what it deploys, and how long AWS lets them be. */

/** The parts of a serverless service that have names in them. */
type Named = {
  readonly functions?: Readonly<Record<string, { readonly name?: string }>>;
  readonly custom?: {
    readonly deployment?: Readonly<Record<string, unknown>>;
    readonly tables?: Readonly<Record<string, string>>;
    readonly queues?: Readonly<Record<string, string>>;
    readonly eventBuses?: Readonly<Record<string, string>>;
  };
};

/**
 * In characters. Roles have no limit here, because CloudFormation names them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
const LONGEST = { function: 64, queue: 80, table: 255, 'event bus': 256 } as const;

/** @throws Error of the name that is too long by most, and of the longest stage that is possible */
export const checkNames = ({ functions = {}, custom = {} }: Named): void => {
  const { deployment: { stage } = {}, tables = {}, queues = {}, eventBuses = {} } = custom;
  const names = [
    ...Object.values(functions).map(({ name = '' }) => ['function', name] as const),
    ...Object.values(queues).map((name) => ['queue', name] as const),
    ...Object.values(tables).map((name) => ['table', name] as const),
    ...Object.values(eventBuses).map((name) => ['event bus', name] as const),
  ].map(([kind, name]) => ({ kind, name, excess: name.length - LONGEST[kind] }));
  const [worst] = names.sort((one, other) => other.excess - one.excess);
  if (!worst || worst.excess <= 0) return;
  const { kind, name, excess } = worst;
  throw new Error(
    `The stage "${stage}" is too long by ${excess} characters: AWS allows ${LONGEST[kind]} for a ${kind}, and ${name} has ${name.length}`,
  );
};
