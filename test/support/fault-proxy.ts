/** A proxy in front of a DynamoDB engine, for faults that local engines never have. */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  createDisturbances,
  type Json,
  type Network,
  type Next,
  requestOf,
} from './network.ts';

export type FaultProxy = Network & {
  readonly endpoint: string;
  /** Breaks all connections and stops. */
  stop(): Promise<void>;
};

const JSON_1_0 = 'application/x-amz-json-1.0';
const LOOPBACK = '127.0.0.1';

/** @param target the engine's address, as in `http://127.0.0.1:8000` */
export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
  const agent = new Agent({ keepAlive: true });
  const { use, next, answerTo } = createDisturbances();
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

  const handle = async (incoming: IncomingMessage, signal: AbortSignal): Promise<Answer> => {
    const bytes = await readAll(incoming);
    count += 1;
    const operation = String(incoming.headers['x-amz-target']);
    const request = requestOf({ operation, bytes, number: count, signal });
    arrived.push(request.operation);
    const answer: Next = (instead?: Json) =>
      toEngine(incoming.headers, instead ? JSON.stringify(instead) : bytes);
    return answerTo(request, answer);
  };

  const server = createServer((incoming, outgoing) => {
    const caller = new AbortController();
    outgoing.once('close', () => caller.abort());
    handle(incoming, caller.signal).then(
      (answer) => respond(outgoing, answer),
      (error) => {
        // A caller whose answer comes too late gets nothing until it aborts.
        if (error?.name !== 'TimeoutError') incoming.socket.destroy();
      },
    );
  });
  // The proxy never closes an idle connection: callers keep theirs for as long as they like.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });

  return {
    endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    use,
    next,
    operations: () => arrived,
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

const respond = (outgoing: ServerResponse, { status, body, isBrokenOff }: Answer): void => {
  const headers = { 'content-type': JSON_1_0 };
  if (isBrokenOff) {
    outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) + 1 });
    outgoing.write(body, () => outgoing.destroy());
  } else {
    outgoing.writeHead(status, headers).end(body);
  }
};

const readAll = async (stream: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};
