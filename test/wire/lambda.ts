/**
 * Lambda and API Gateway in front of a host that can be killed. A killed host fails what it was
 * running, and the next invocation waits for a new one, as for a cold start.
 *
 * serverless-offline takes seconds to start; the host, with the same bundles, half a second.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyStructuredResultV2, SQSEvent } from 'aws-lambda';
import { LOOPBACK } from '../../local/ports.ts';
import { httpEvent } from '../support/unit-events.ts';

const HOST = fileURLToPath(new URL('./host.mjs', import.meta.url));

/** The functions that are hosted, with their timeouts in serverless.yml in milliseconds. */
export const FUNCTIONS = {
  'cancel-order': 10_000,
  'cancel-orders': 60_000,
  'sweep-orders': 60_000,
} as const;
export type FunctionName = keyof typeof FUNCTIONS;

export const isFunctionName = (name: string): name is FunctionName => name in FUNCTIONS;

type Result =
  | { readonly id: number; readonly payload: unknown }
  | { readonly id: number; readonly functionError: string };

type Options = {
  /** The file of a function. */
  readonly bundleOf: (name: string) => string;
  readonly env: NodeJS.ProcessEnv;
  /** Receives each batch just before the queue function does. */
  readonly onBatch: (event: SQSEvent) => void;
  /** Receives each line that the functions log. */
  readonly onLog: (line: string) => void;
};

export type Lambda = {
  /** For HTTP requests, and for Lambda's Invoke. */
  readonly endpoint: string;
  /** Batches that the host is working on. */
  batches(): number;
  /** Ends the host with `kill -9`. */
  kill(): void;
  invoke(name: FunctionName, event: unknown): Promise<Result>;
  stop(): Promise<void>;
};

export const startLambda = async ({ bundleOf, env, onBatch, onLog }: Options): Promise<Lambda> => {
  const bundles = Object.fromEntries(Object.keys(FUNCTIONS).map((name) => [name, bundleOf(name)]));
  const pending = new Map<number, { name: string; settle: (result: Result) => void }>();
  let host: ChildProcess;
  let ready: Promise<void>;
  let isStopping = false;
  let count = 0;

  /** What is not a line of the log is Node's: why a host did not start. */
  const onLine = (line: string): void => {
    if (line.startsWith('{')) onLog(line);
    else process.stderr.write(`${line}\n`);
  };

  const start = (): void => {
    const child = fork(HOST, [JSON.stringify(bundles)], {
      env,
      // Without the loader of the harness.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    host = child;
    for (const input of [child.stdout, child.stderr]) {
      if (input) createInterface({ input }).on('line', onLine);
    }
    ready = new Promise((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`The host did not start: exit code ${code}`)));
    });
    ready.catch(() => {});
    child.on('message', (message: 'ready' | Result) => {
      if (message !== 'ready') pending.get(message.id)?.settle(message);
    });
    child.once('exit', () => {
      const lost = [...pending];
      // A host that dies before it is ready is broken; another one would be, too.
      void ready.then(() => !isStopping && start()).catch(() => {});
      for (const [id, { settle }] of lost) settle({ id, functionError: 'The host was killed' });
    });
  };

  const invoke: Lambda['invoke'] = async (name, event) => {
    // The host may die while this waits for it.
    for (let awaited: unknown; awaited !== ready; ) {
      awaited = ready;
      await ready;
    }
    count += 1;
    const id = count;
    if (name === 'cancel-orders') onBatch(event as SQSEvent);
    return new Promise((resolve) => {
      const settle = (result: Result): void => {
        pending.delete(id);
        resolve(result);
      };
      pending.set(id, { name, settle });
      host.send({ id, name, event, timeout: FUNCTIONS[name] }, (error) => {
        if (error) settle({ id, functionError: error.message });
      });
    });
  };

  const answer = async (incoming: IncomingMessage): Promise<HttpAnswer> => {
    const body = await text(incoming);
    const [, first, second, third = ''] = (incoming.url ?? '').split('/');
    if (first === 'orders') {
      const event = httpEvent({ path: { orderId: second ?? '' }, ...(body !== '' && { body }) });
      return fromGateway(await invoke('cancel-order', event));
    }
    // /2015-03-31/functions/<name>/invocations
    const name = third.replace(/^countermand-\w+-/, '');
    if (!isFunctionName(name)) throw new Error(`Nothing is hosted at ${incoming.url}`);
    return fromInvoke(await invoke(name, JSON.parse(body)));
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
      (error: Error) => outgoing.writeHead(503).end(error.message),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });
  start();

  return {
    endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    batches: () => [...pending.values()].filter(({ name }) => name === 'cancel-orders').length,
    kill: () => host.kill('SIGKILL'),
    invoke,
    async stop() {
      isStopping = true;
      host.kill('SIGKILL');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const fromInvoke = (result: Result): HttpAnswer =>
  'payload' in result
    ? { status: 200, headers: {}, body: JSON.stringify(result.payload) }
    : {
        status: 200,
        headers: { 'x-amz-function-error': 'Unhandled' },
        body: JSON.stringify({ errorMessage: result.functionError }),
      };

/** API Gateway answers 500 when a function has failed. */
const fromGateway = (result: Result): HttpAnswer => {
  const headers = { 'content-type': 'application/json' };
  if (!('payload' in result)) return { status: 500, headers, body: '{"message":"failed"}' };
  const answer = result.payload as APIGatewayProxyStructuredResultV2;
  const { statusCode = 200, body = '' } = answer;
  const own = Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]);
  return { status: statusCode, headers: { ...headers, ...Object.fromEntries(own) }, body };
};
