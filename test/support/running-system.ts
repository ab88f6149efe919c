/** The whole system, as `npm start` runs it, for the tests of one file. */

import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from '@jest/globals';
import { localSqsClient } from '../../local/queue-server.ts';
import { type System, startSystem } from '../../local/system.ts';
import { bundlesOfRun } from './bundles-of-run.ts';
import { type EngineShop, enterShop } from './engine-shop.ts';
import { type HttpCall, httpCaller } from './http.ts';
import { createTestQueues, type TestQueues } from './test-queues.ts';

export type RunningSystem = {
  readonly call: HttpCall;
  /** The same shop past the system: to audit its data, and to damage them. */
  readonly shop: EngineShop;
  readonly queues: TestQueues;
  readonly logFile: string;
  readonly eventsFile: string;
  readonly baseUrl: string;
  readonly sqsEndpoint: string;
  readonly dynamodbEndpoint: string;
};

/** Starts the system on free ports before the first test, and stops it after the last. */
export const useSystem = (): (() => RunningSystem) => {
  let system: System | undefined;
  let sqs: SQSClient | undefined;
  let running: RunningSystem | undefined;
  const problems: string[] = [];

  beforeAll(async () => {
    system = await startSystem({
      bundles: bundlesOfRun(),
      onProblem: (line) => problems.push(line),
    });
    sqs = localSqsClient(system.sqsEndpoint);
    running = {
      call: httpCaller(system.baseUrl),
      shop: enterShop({ endpoint: system.dynamodbEndpoint, environment: system.environment }),
      queues: createTestQueues(sqs, system.queueUrls),
      logFile: system.logFile,
      eventsFile: system.eventsFile,
      baseUrl: system.baseUrl,
      sqsEndpoint: system.sqsEndpoint,
      dynamodbEndpoint: system.dynamodbEndpoint,
    };
  });

  afterAll(async () => {
    running?.shop.close();
    sqs?.destroy();
    await system?.stop();
    if (problems.length > 0) throw new Error(`The system had problems:\n${problems.join('\n')}`);
  });

  return () => {
    if (!running) throw new Error('The system is not running');
    return running;
  };
};
