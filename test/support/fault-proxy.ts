/** A proxy in front of a DynamoDB engine that can do to requests what engines here never do. */
import { Agent, createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the engine. */
export type DynamoRequest = {
  /** As in `TransactWriteItems`. */
  readonly operation: string;
  /** The request's JSON. */
  readonly input: Readonly<Record<string, unknown>>;
  /** From 1, in the order of arrival. */
  readonly number: number;
};

export type Answer = {
  readonly status: number;
  /** The answer's JSON, as text. */
  readonly body: string;
};

/** Instead of an answer: the connection breaks. */
export const NO_ANSWER = Symbol('no answer');

/** Passes a request on, or another one in its place, and resolves to what came back. */
export type Next = (input?: DynamoRequest['input']) => Promise<Answer | typeof NO_ANSWER>;

/**
 * Decides what becomes of a request: call `next` or not, before or after it wait, and answer
 * something else or nothing at all. Several are nested, the first outermost.
 */
export type Interceptor = (
  request: DynamoRequest,
  next: Next,
) => Promise<Answer | typeof NO_ANSWER> | Answer | typeof NO_ANSWER;

export type FaultProxy = {
  readonly endpoint: string;
  /** Puts these interceptors in the place of those before; none lets everything pass. */
  use(...interceptors: readonly Interceptor[]): void;
  /** Operations that arrived since the start or the last `forget`, in their order. */
  requests(): readonly string[];
  forget(): void;
  /** Breaks all connections and ends. */
  stop(): Promise<void>;
};

const JSON_1_0 = 'application/x-amz-json-1.0';
const LOOPBACK = '127.0.0.1';

/** @param target the engine's address, as in `http://127.0.0.1:8000` */
export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
  const agent = new Agent({ keepAlive: true });
  let interceptors: readonly Interceptor[] = [];
  let arrived: string[] = [];
  let count = 0;

  const toEngine = (headers: IncomingMessage['headers'], body: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { host: _, connection: __, 'transfer-encoding': ___, ...own } = headers;
      const outgoing = send(
        target,
        {
          method: 'POST',
          agent,
          headers: { ...own, 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          readAll(response).then(
            (text) => resolve({ status: response.statusCode ?? 500, body: text }),
            reject,
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });

  const handle = async (incoming: IncomingMessage): Promise<Answer | typeof NO_ANSWER> => {
    const text = await readAll(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    arrived.push(operation);
    count += 1;
    const number = count;
    const pass = async (
      input: DynamoRequest['input'],
      [intercept, ...inner]: readonly Interceptor[],
    ): Promise<Answer | typeof NO_ANSWER> =>
      intercept
        ? intercept({ operation, input, number }, (other = input) => pass(other, inner))
        : toEngine(incoming.headers, JSON.stringify(input));
    return pass(JSON.parse(text), interceptors);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming).then(
      (answer) => {
        if (answer === NO_ANSWER) {
          incoming.socket.destroy();
        } else {
          outgoing.writeHead(answer.status, { 'content-type': JSON_1_0 }).end(answer.body);
        }
      },
      () => incoming.socket.destroy(),
    );
  });
  // Callers keep their connections for as long as they like.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });

  return {
    endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    use(...chosen) {
      interceptors = chosen;
    },
    requests: () => arrived,
    forget() {
      arrived = [];
    },
    async stop() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
};

const readAll = async (stream: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};
