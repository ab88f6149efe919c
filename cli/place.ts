/** Where the system is that a command works on. */
import { LOCAL_REGION, LOCAL_STAGE } from '../local/aws.ts';
import { type Environment, type PortVariable, readPort, textOf } from '../local/port-settings.ts';
import { LOOPBACK } from '../local/ports.ts';
import { wrongUsage } from './failure.ts';

/**
 * - `url`: the address of the API; without one, the stack of the stage has it.
 * - `authorization`: how requests show who calls; AWS credentials sign them.
 * - `sqsEndpoint`: absent in AWS, where the region is enough.
 * - `dynamodbEndpoint`: the same for the tables.
 * - `region`: absent when nothing names it and nothing has needed it yet.
 */
export type Place = {
  readonly stage: string | undefined;
  readonly region: string | undefined;
  readonly url: string | undefined;
  readonly authorization: 'none' | 'aws' | { readonly token: string };
  readonly sqsEndpoint: string | undefined;
  readonly dynamodbEndpoint: string | undefined;
};

/** The options that say where, as they are on the command line. */
export type WhereOptions = {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
};

const isHttp = (text: string): boolean => /^https?:\/\/./.test(text) && URL.canParse(text);

const isOnThisMachine = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** The region in the address of an API of AWS. */
const regionIn = (url: string | undefined): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url ?? '')?.[1];

/** @throws Failure when the variable is no port */
const portFrom = (env: Environment, name: PortVariable): number => {
  try {
    return readPort(env, name);
  } catch (error) {
    throw wrongUsage((error as Error).message);
  }
};

/** @throws Failure when an option makes no sense */
export const placeOf = (options: WhereOptions, env: Environment): Place => {
  const url = (options.url ?? textOf(env, 'COUNTERMAND_URL'))?.replace(/\/+$/, '');
  if (url !== undefined && !isHttp(url)) {
    throw wrongUsage(`The address must begin with http:// or https://, not "${url}".`);
  }
  const token = options.token ?? textOf(env, 'COUNTERMAND_TOKEN');
  const { stage = textOf(env, 'COUNTERMAND_STAGE') } = options;
  const isLocal =
    (stage === undefined || stage === LOCAL_STAGE) && (url === undefined || isOnThisMachine(url));
  if (isLocal) {
    return {
      stage: LOCAL_STAGE,
      region: LOCAL_REGION,
      url: url ?? `http://localhost:${portFrom(env, 'HTTP_PORT')}`,
      authorization: token === undefined ? 'none' : { token },
      sqsEndpoint: `http://${LOOPBACK}:${portFrom(env, 'SQS_PORT')}`,
      dynamodbEndpoint:
        textOf(env, 'DYNAMODB_ENDPOINT') ?? `http://${LOOPBACK}:${portFrom(env, 'DYNAMODB_PORT')}`,
    };
  }
  return {
    stage,
    region:
      options.region ??
      regionIn(url) ??
      textOf(env, 'AWS_REGION') ??
      textOf(env, 'AWS_DEFAULT_REGION'),
    url,
    authorization: token === undefined ? 'aws' : { token },
    sqsEndpoint: undefined,
    dynamodbEndpoint: undefined,
  };
};

export const isThisMachine = ({ stage }: Place): boolean => stage === LOCAL_STAGE;

/** @throws Failure when nothing names the region */
export const regionOf = ({ region }: Place): string => {
  if (region !== undefined) return region;
  throw wrongUsage('Name the region, with --region or in AWS_REGION.');
};

/** @throws Failure when nothing names the stage */
export const stageOf = ({ stage }: Place): string => {
  if (stage !== undefined) return stage;
  throw wrongUsage('Name the stage, with --stage: its queues and its stack are named after it.');
};
