/** The settings of `npm start`, from the environment and the command line. */
import { parseArgs } from 'node:util';
import { wholeNumberFrom, wordsFrom } from '../lib/settings.ts';
import { ENGINE_KINDS, type EngineKind } from './dynamodb-engine.ts';
import { DEFAULT_PORTS, type Environment, readPort, textOf } from './port-settings.ts';

export type Settings = {
  readonly httpPort: number;
  readonly lambdaPort: number;
  readonly dynamodbPort: number;
  readonly sqsPort: number;
  readonly engine?: EngineKind | undefined;
  readonly dynamodbEndpoint?: string | undefined;
  /** No sample shop and no walk-through. */
  readonly empty: boolean;
  /** The folder that keeps the shop between starts; undefined for a new shop in memory. */
  readonly data?: string | undefined;
  /** Whether the functions' logs and the events are also written to the terminal. */
  readonly verbose: boolean;
};

const readEngine = (environment: Environment): EngineKind | undefined => {
  const text = textOf(environment, 'DYNAMODB_ENGINE');
  const engine = ENGINE_KINDS.find((kind) => kind === text);
  if (text !== undefined && engine === undefined) {
    throw new Error(`DYNAMODB_ENGINE must be ${ENGINE_KINDS.join(' or ')}, not "${text}".`);
  }
  return engine;
};

const readEndpoint = (environment: Environment): string | undefined => {
  const text = textOf(environment, 'DYNAMODB_ENDPOINT');
  if (text !== undefined && !(/^https?:\/\/./.test(text) && URL.canParse(text))) {
    throw new Error(
      `DYNAMODB_ENDPOINT must be an address such as http://127.0.0.1:8000, not "${text}".`,
    );
  }
  return text;
};

const HELP_WITH_FLAGS = '"npm start -- --help" lists what it knows.';

/** What `npm start -- --help` prints. */
export const HELP = `Starts Countermand on this machine, until Ctrl-C.

  npm start                   with a sample shop and a walk-through
  npm start -- --empty        without them
  npm start -- --data DIR     keeps the shop in a folder between starts; the
                              walk-through takes place when the shop is new
  npm start -- --verbose      also prints the logs of the functions, and the
                              events

Environment:
  HTTP_PORT, LAMBDA_PORT, DYNAMODB_PORT, SQS_PORT
                              other ports than ${Object.values(DEFAULT_PORTS).join(', ')}
  DYNAMODB_ENGINE             ${ENGINE_KINDS.join(' or ')}
  DYNAMODB_ENDPOINT           a DynamoDB that runs already
  PENDING_ORDER_TTL_MINUTES   the age at which pending orders expire
  EXPIRY_GRACE_MINUTES        for so long an expired order can be reinstated
  SHOP_REASONS                more reasons for cancelling: recall,lost_parcel
`;

/** Serverless.yml takes these from the environment; here they are only checked, before anything starts. */
const checkSettingsOfFunctions = (environment: Environment): void => {
  for (const name of ['PENDING_ORDER_TTL_MINUTES', 'EXPIRY_GRACE_MINUTES'] as const) {
    if (textOf(environment, name) !== undefined) wholeNumberFrom(environment, name);
  }
  wordsFrom(environment, 'SHOP_REASONS');
};

const readFlags = (args: readonly string[]) => {
  try {
    const options = {
      empty: { type: 'boolean' },
      verbose: { type: 'boolean' },
      data: { type: 'string' },
    } as const;
    const { empty = false, verbose = false, data } = parseArgs({ args: [...args], options }).values;
    if (data?.trim() === '') throw new Error('--data needs the name of a folder.');
    return { empty, verbose, data };
  } catch (error) {
    const [complaint] = (error as Error).message.split('. ');
    throw new Error(`${complaint}. ${HELP_WITH_FLAGS}`);
  }
};

/**
 * @param args the command line after the script's name
 * @throws one line that says what is wrong and what is valid
 */
export const readSettings = (environment: Environment, args: readonly string[]): Settings => {
  checkSettingsOfFunctions(environment);
  const settings = {
    httpPort: readPort(environment, 'HTTP_PORT'),
    lambdaPort: readPort(environment, 'LAMBDA_PORT'),
    dynamodbPort: readPort(environment, 'DYNAMODB_PORT'),
    sqsPort: readPort(environment, 'SQS_PORT'),
    engine: readEngine(environment),
    dynamodbEndpoint: readEndpoint(environment),
    ...readFlags(args),
  };
  if (settings.engine !== undefined && settings.dynamodbEndpoint !== undefined) {
    throw new Error(
      'Set DYNAMODB_ENGINE to start an engine, or DYNAMODB_ENDPOINT to use one: not both.',
    );
  }
  if (settings.data !== undefined && settings.dynamodbEndpoint !== undefined) {
    throw new Error(
      '--data is for an engine that is started here. What DYNAMODB_ENDPOINT names keeps its own data.',
    );
  }
  const { httpPort, lambdaPort, dynamodbPort, sqsPort } = settings;
  const ports = [httpPort, lambdaPort, dynamodbPort, sqsPort];
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  if (twice !== undefined) {
    const names = Object.keys(DEFAULT_PORTS).filter((_, index) => ports[index] === twice);
    throw new Error(`${names.join(' and ')} must differ; both are ${twice}.`);
  }
  return settings;
};
