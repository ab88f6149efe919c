/**
 * API Gateway and Lambda on this machine: serverless-offline, with every function of
 * serverless.yml.
 */
import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Endpoints, localEnvironment } from './aws.ts';
import { startChild } from './child-process.ts';
import type { ServerlessConfiguration } from './infrastructure.ts';
import { LOOPBACK } from './ports.ts';
import { PROJECT_FOLDER, serverlessCommand } from './serverless-command.ts';
import { waitUntil } from './wait.ts';

/** Bundles and logs of systems that run on this machine. */
export const WORK_FOLDER = join(PROJECT_FOLDER, '.countermand');

export type Functions = {
  /** For HTTP requests. */
  readonly baseUrl: string;
  /** For Lambda's Invoke. */
  readonly lambdaEndpoint: string;
  readonly pid: number;
  readonly failure: Promise<Error>;
  /** The server looks here for a function's bundle when the function's first request comes in. */
  readonly bundles: string;
  /**
   * What serverless.yml says, with all variables resolved.
   *
   * @throws serverless's own error when the file or a setting is not valid
   */
  configuration(): Promise<ServerlessConfiguration>;
  /**
   * Resolves when GET /health answers 200, for which its bundle must be there.
   *
   * @throws when it answers something else, or not in time, or when the server ends
   */
  untilHealthy(): Promise<void>;
  stop(): Promise<void>;
};

type Options = {
  readonly httpPort: number;
  readonly lambdaPort: number;
  readonly endpoints: Endpoints;
  /** Receives what functions and serverless-offline write. */
  readonly logFile: string;
  /** Whether the log is also written to the terminal. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** A folder whose bundles are kept when the functions stop. One of their own when absent. */
  readonly bundles?: string | undefined;
  /** The folder with serverless.yml. This project's when absent. */
  readonly folder?: string;
};

const START_TIMEOUT_SECONDS = 60;

/** @throws when the answer is wrong: waiting would not change that */
const isHealthy = async (baseUrl: string, logFile: string): Promise<boolean> => {
  const response = await fetch(`${baseUrl}/health`).catch(() => undefined);
  if (response === undefined) return false;
  const text = await response.text();
  if (response.ok) return true;
  throw new Error(
    `GET ${baseUrl}/health answered ${response.status}: ${text}. ${logFile} may have more.`,
  );
};

/** Begins to serve the functions on two ports, which must be free. */
export const startFunctions = ({
  httpPort,
  lambdaPort,
  endpoints,
  logFile,
  verbose = false,
  signal,
  bundles: given,
  folder = PROJECT_FOLDER,
}: Options): Functions => {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  // One folder per system: a second system in the same checkout must not overwrite these bundles.
  const own = join(WORK_FOLDER, `build-${httpPort}`);
  const bundles = given ?? own;
  const configurationFile = join(own, 'configuration.json');
  // A system that was killed may have left its own.
  rmSync(own, { recursive: true, force: true });
  const child = startChild(
    'serverless-offline',
    serverlessCommand(
      ...['offline', 'start'],
      ...['--host', LOOPBACK],
      ...['--httpPort', String(httpPort)],
      ...['--lambdaPort', String(lambdaPort)],
      // Otherwise every concurrent request gets its own worker thread, with a cold start.
      '--useInProcess',
      '--noAuth',
      '--noPrependStageInUrl',
      '--noSponsor',
      // API Gateway ignores cookies; without this, hapi would refuse malformed ones.
      '--disableCookieValidation',
    ),
    {
      cwd: folder,
      env: {
        ...localEnvironment(process.env, endpoints),
        COUNTERMAND_BUNDLING: 'bundled',
        COUNTERMAND_BUNDLES: relative(PROJECT_FOLDER, bundles),
        COUNTERMAND_CONFIGURATION: configurationFile,
      },
      onOutput(text) {
        log.write(text);
        if (verbose) process.stdout.write(text);
      },
    },
  );
  const baseUrl = `http://localhost:${httpPort}`;
  const until = (what: string, check: () => Promise<boolean>) =>
    waitUntil(what, check, {
      timeoutSeconds: START_TIMEOUT_SECONDS,
      intervalMilliseconds: 100,
      signal,
      failure: child.failure,
    });
  return {
    baseUrl,
    lambdaEndpoint: `http://${LOOPBACK}:${lambdaPort}`,
    pid: child.pid,
    failure: child.failure,
    bundles,
    async configuration() {
      await until('serverless.yml is read', async () => existsSync(configurationFile));
      return JSON.parse(await readFile(configurationFile, 'utf8')) as ServerlessConfiguration;
    },
    untilHealthy: () => until(`${baseUrl}/health answers`, () => isHealthy(baseUrl, logFile)),
    async stop() {
      await child.stop();
      log.end();
      await rm(own, { recursive: true, force: true });
    },
  };
};
