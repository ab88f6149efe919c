/** Runs functions as they are deployed, with exactly the permissions of their roles. */
import './node-errors.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { localEnvironment } from '../../local/aws.ts';
import { type EventBusServer, startEventBusServer } from '../../local/event-bus-server.ts';
import { freePorts } from '../../local/ports.ts';
import {
  createQueues,
  localSqsClient,
  type QueueServer,
  startQueueServer,
} from '../../local/queue-server.ts';
import { packageService, type Template } from './cloudformation.ts';
import { type EnforcedRole, enforceRole } from './enforced-role.ts';
import type { EngineShop } from './engine-shop.ts';
import type { TestEngine } from './engines.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Fault } from './faults.ts';
import { infrastructure } from './infrastructure.ts';
import { type PackagedFunction, packagedFunctions, type Role } from './packaged-functions.ts';
import { lambdaContext } from './unit-events.ts';

/** One call of a function. */
export type Scenario = {
  readonly title: string;
  /** What happened in the shop before the call. */
  readonly given?: (shop: EngineShop) => Promise<unknown>;
  /** Faults of the function's requests to DynamoDB. */
  readonly meanwhile?: (shop: EngineShop, invocation: Invocation) => Fault;
  /** Settings that differ from those in serverless.yml. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly event: unknown;
  /** The HTTP status, or for other functions the whole answer. */
  readonly answers: unknown;
};

export type Invocation = {
  /** From now on the function is told that no time is left. */
  timeIsUp(): void;
};

/** What the scenarios have shown about a role. Empty lists are right. */
export type Findings = {
  /** Permissions that were needed and that the role does not have. */
  readonly lacks: readonly string[];
  /** Permissions of the role that nothing needed. */
  readonly hasTooMany: readonly string[];
  /** Scenarios with another result than expected, and their result. */
  readonly surprises: readonly string[];
};

export const AS_IT_SHOULD_BE: Findings = { lacks: [], hasTooMany: [], surprises: [] };

export type RoleTest = {
  functions(): readonly PackagedFunction[];
  /**
   * Plays scenarios, each in a shop of its own.
   *
   * @param options.role a role to use instead of the function's own
   */
  play(
    name: string,
    scenarios: readonly Scenario[],
    options?: { readonly role?: (own: Role) => Role },
  ): Promise<Findings>;
};

/** Packages the service and enforces IAM in front of an engine, for the tests of one block. */
export const useRoleTest = (engine: TestEngine): RoleTest => {
  let template: Template;
  let queues: QueueServer;
  let bus: EventBusServer;
  let queueUrls: Surroundings['queueUrls'];
  let proxies: Proxies;

  beforeAll(async () => {
    [template, queues] = await Promise.all([packageService(), startQueueServer()]);
    const client = localSqsClient(queues.endpoint);
    queueUrls = await createQueues(client, await infrastructure());
    client.destroy();
    const [port = 0] = await freePorts(1);
    bus = await startEventBusServer({ port, file: join(tmpdir(), `countermand-${port}.jsonl`) });
    proxies = {
      dynamodb: await startFaultProxy(engine.endpoint()),
      sqs: await startFaultProxy(queues.endpoint),
      events: await startFaultProxy(bus.endpoint),
    };
  });

  afterAll(async () => {
    await proxies.dynamodb.stop();
    await proxies.sqs.stop();
    await proxies.events.stop();
    await queues.stop();
    await bus.stop();
  });

  return {
    functions: () => packagedFunctions(template),

    async play(name, scenarios, { role: change } = {}) {
      const packaged = packagedFunctions(template).find((each) => each.name === name);
      if (!packaged) throw new Error(`There is no function ${name}`);
      const role = change ? change(packaged.role) : packaged.role;
      const logicalIds = logicalIdsByName(template);
      const enforced = enforceRole(role, logicalIds);
      const surprises: string[] = [];
      for (const scenario of scenarios) {
        const shop = await engine.openShop();
        Object.assign(logicalIds, logicalIdsOfTables(shop, packaged, logicalIds));
        const answer = await playOne(scenario, {
          shop,
          packaged,
          enforced,
          proxies,
          queueUrls,
        });
        if (!isDeepStrictEqual(answer, scenario.answers)) {
          surprises.push(`${scenario.title}: ${toText(answer)}`);
        }
      }
      const { neededByLambda } = packaged;
      return {
        lacks: [
          ...enforced.lacking(),
          ...[...neededByLambda].filter((needed) => !role.has(needed)),
        ],
        hasTooMany: enforced.unused().filter((granted) => !neededByLambda.has(granted)),
        surprises,
      };
    },
  };
};

/** Calls a function once, in a shop where only what the scenario says has happened. */
const playOne = async (
  { given, meanwhile, settings, event }: Scenario,
  { shop, packaged, enforced, proxies, queueUrls }: Surroundings,
): Promise<unknown> => {
  await given?.(shop);
  const { invocation, context } = beginInvocation();
  const others = meanwhile ? [meanwhile(shop, invocation)] : [];
  proxies.dynamodb.use(enforced.for('dynamodb'), ...others);
  proxies.sqs.use(enforced.for('sqs'));
  proxies.events.use(enforced.for('events'));
  const handler = await loadHandler(packaged.file, {
    ...localEnvironment(
      {},
      {
        dynamodb: proxies.dynamodb.endpoint,
        sqs: proxies.sqs.endpoint,
        eventbridge: proxies.events.endpoint,
      },
    ),
    ...packaged.environment,
    ...tableNames(shop),
    ...queueUrlsHere(packaged, queueUrls),
    ...settings,
  });
  return answerOf(handler, event, context);
};

type Proxies = Readonly<Record<'dynamodb' | 'sqs' | 'events', FaultProxy>>;

type Surroundings = {
  readonly shop: EngineShop;
  readonly packaged: PackagedFunction;
  readonly enforced: EnforcedRole;
  readonly proxies: Proxies;
  /** By the names of the queues. */
  readonly queueUrls: Readonly<Record<string, string>>;
};

/** The logical id in serverless.yml of each table, queue and bus, by its name. */
const logicalIdsByName = ({ Resources }: Template): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Resources).flatMap(([logicalId, { Properties }]) => {
      const name = Properties?.TableName ?? Properties?.QueueName ?? Properties?.Name;
      return typeof name === 'string' ? [[name, logicalId]] : [];
    }),
  );

/** The same for the tables of a shop, whose names are their own. */
const logicalIdsOfTables = (
  shop: EngineShop,
  { environment }: PackagedFunction,
  logicalIds: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tableNames(shop)).map(([variable, table]) => [
      table,
      logicalIds[environment[variable] ?? ''] ?? table,
    ]),
  );

const tableNames = ({ environment }: EngineShop): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.endsWith('_TABLE')));

/** The queues have their names from serverless.yml and the address of the local SQS. */
const queueUrlsHere = (
  { environment }: PackagedFunction,
  queueUrls: Surroundings['queueUrls'],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, url]) => {
      const here = name.endsWith('_QUEUE_URL') && queueUrls[url.split('/').at(-1) ?? ''];
      return here ? [[name, here]] : [];
    }),
  );

/** Time does not pass, so that no result depends on the speed of the machine. */
const beginInvocation = (): { invocation: Invocation; context: Context } => {
  let left = 60_000;
  return {
    invocation: {
      timeIsUp: () => {
        left = 0;
      },
    },
    context: { ...lambdaContext(), getRemainingTimeInMillis: () => left },
  };
};

type Handler = (event: unknown, context: Context) => Promise<unknown>;

let loaded = 0;
let settingsOfOthers: readonly string[] = [];

/** Loads a function as a Lambda instance of its own, with exactly these settings. */
const loadHandler = async (file: string, environment: NodeJS.ProcessEnv): Promise<Handler> => {
  for (const name of settingsOfOthers) delete process.env[name];
  settingsOfOthers = Object.keys(environment);
  Object.assign(process.env, environment, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  loaded += 1;
  // The query makes it a module of its own: a function reads its environment once, when it starts.
  const { handler } = await import(`../../${file}.ts?role=${loaded}`);
  return handler;
};

const answerOf = async (handler: Handler, event: unknown, context: Context): Promise<unknown> => {
  try {
    const answer = await handler(event, context);
    return Object(answer).statusCode ?? answer;
  } catch (error) {
    return error;
  }
};

const toText = (answer: unknown): string =>
  answer instanceof Error ? `${answer}` : JSON.stringify(answer);
