/** What callers get on this machine when a function fails: the same as from API Gateway. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePorts } from '../../local/ports.ts';
import { type Functions, startFunctions } from '../../local/serverless-offline.ts';
import { type HttpCall, plainCaller } from '../support/http.ts';

let folder: string;
let functions: Functions;
let call: HttpCall;

const logFile = () => join(folder, 'functions.log');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countermand-gateway-'));
  const [httpPort = 0, lambdaPort = 0] = await freePorts(2);
  functions = startFunctions({
    httpPort,
    lambdaPort,
    endpoints: { dynamodb: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:1' },
    logFile: logFile(),
    folder: fileURLToPath(new URL('../support/failing-service', import.meta.url)),
  });
  call = plainCaller(functions.baseUrl);
  // Its functions are one file of JavaScript, which needs no bundle.
  await functions.untilHealthy();
});

afterAll(async () => {
  await functions?.stop();
  await rm(folder, { recursive: true });
});

describe('API Gateway on this machine', () => {
  test.each([
    ['throws', '/throw', '[418] out of beans'],
    ['runs out of its time', '/wait', 'Lambda timeout'],
  ])('answers 500 for a function that %s, and keeps why in the log', async (_, path, why) => {
    const { status, body, contentType } = await call('GET', path);

    expect({ status, body }).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    expect(contentType).toMatch(/^application\/json/);
    expect(await readFile(logFile(), 'utf8')).toContain(why);
  });

  test('gives every request an id of its own, whether functions run one by one or at once', async () => {
    const ids = [];
    for (const _ of [1, 2]) ids.push(await call('GET', '/request-id'));
    ids.push(...(await Promise.all([1, 2, 3].map(() => call('GET', '/request-id')))));

    const different = new Set(ids.map(({ body }) => body.requestId));
    expect(different.size).toBe(5);
    for (const id of different) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});
