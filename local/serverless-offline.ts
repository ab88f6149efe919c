/**
 * API Gateway and Lambda on this machine: serverless-offline, with every function of
 * serverless.yml.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Endpoints, localEnvironment } from './aws.ts';
import { startChild } from './child-process.ts';
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
  stop(): Promise<void>;
};

type Options = {
  readonly httpPort: number;
  readonly lambdaPort: number;
  readonly endpoints: Endpoints;
  /** Writes the functions' bundles into a folder. */
  readonly bundleInto: (folder: string) => Promise<void>;
  /** Receives what functions and serverless-offline write. */
  readonly logFile: string;
  /** Whether the log is also written to the terminal. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal | undefined;
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

/**
 * Serves the functions on two ports, which must be free.
 *
 * @throws when they cannot be bundled, when serverless-offline ends, or when GET /health does not
 *   answer 200 in time
 */
export const startFunctions = async ({
  httpPort,
  lambdaPort,
  endpoints,
  bundleInto,
  logFile,
  verbose = false,
  signal,
  folder = PROJECT_FOLDER,
}: Options): Promise<Functions> => {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  // One folder per system: a second system in the same checkout must not overwrite these bundles.
  const buildFolder = join(WORK_FOLDER, `build-${httpPort}`);
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
        COUNTERMAND_BUNDLES: relative(PROJECT_FOLDER, buildFolder),
      },
      onOutput(text) {
        log.write(text);
        if (verbose) process.stdout.write(text);
      },
    },
  );
  const stop = async () => {
    await child.stop();
    log.end();
    await rm(buildFolder, { recursive: true, force: true });
  };

  const baseUrl = `http://localhost:${httpPort}`;
  try {
    // The server looks for a bundle when the function's first request comes in.
    await bundleInto(buildFolder);
    await waitUntil(`${baseUrl}/health answers`, () => isHealthy(baseUrl, logFile), {
      timeoutSeconds: START_TIMEOUT_SECONDS,
      intervalMilliseconds: 100,
      signal,
      failure: child.failure,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    baseUrl,
    lambdaEndpoint: `http://${LOOPBACK}:${lambdaPort}`,
    pid: child.pid,
    failure: child.failure,
    stop,
  };
};
