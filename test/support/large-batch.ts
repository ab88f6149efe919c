/**
 * The queue function as it is packaged, in a process of its own, with a batch of the largest orders:
 * a thousand lines and a thousand causes each, with ids as long as they may be. DynamoDB is a server
 * that makes up the orders and accepts every transaction.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { marshall } from '@aws-sdk/util-dynamodb';
import { localEnvironment } from '../../local/aws.ts';
import { bundle, readBundleSettings } from './bundle.ts';
import { infrastructure } from './infrastructure.ts';

const MB = 1024 * 1024;

/** The placement, and as many partial cancellations as an order may have. */
const CAUSES = 1_000;

/** Takes the place of an order's number, in its id and in those of its products. */
const NUMBER = '@@@@@';

/** An id of 64 characters. */
const longId = (name: string): string => name.padEnd(64, '-x');

const rowTemplate = (lines: number): string => {
  const units = { quantity: 1, reservedQuantity: 1, shippedQuantity: 0 };
  const line = (index: number) => ({
    productId: longId(`p${NUMBER}.${index}`),
    ...units,
    cancelledQuantity: 0,
    returnedQuantity: 0,
  });
  const at = '2026-01-01T00:00:00.000Z';
  return JSON.stringify(
    marshall({
      id: longId(`o${NUMBER}.`),
      status: 'confirmed',
      statusSince: at,
      statusShard: 'confirmed#1',
      items: Array.from({ length: lines }, (_, index) => line(index)),
      version: 1,
      round: 1,
      movementReferences: Array.from(
        { length: CAUSES },
        (_, index) => `order_${longId(`o${NUMBER}.`)}_cancellation_${longId(`k${index}`)}`,
      ),
      createdAt: at,
      updatedAt: at,
      writeId: '01J0ZZZZZZZZZZZZZZZZZZZZZZ',
    }),
  );
};

type BatchGet = { readonly RequestItems: Record<string, { Keys: { id: { S: string } }[] }> };

/** Answers at most 16 MB, like DynamoDB, which counts 170 bytes a line and 152 a cause. */
function* answerBatchGet(body: string, template: string, lines: number): Generator<string> {
  const [[table, asked] = ['', { Keys: [] }]] = Object.entries(
    (JSON.parse(body) as BatchGet).RequestItems,
  );
  const fit = Math.max(1, Math.floor((16 * MB) / (lines * 170 + CAUSES * 152)));
  yield `{"Responses":{"${table}":[`;
  for (const [index, { id }] of asked.Keys.slice(0, fit).entries()) {
    yield `${index > 0 ? ',' : ''}${template.replaceAll(NUMBER, id.S.slice(1, 1 + NUMBER.length))}`;
  }
  const rest = asked.Keys.slice(fit);
  const unprocessed = rest.length > 0 ? { [table]: { Keys: rest, ConsistentRead: true } } : {};
  yield `]},"UnprocessedKeys":${JSON.stringify(unprocessed)}}`;
}

type Service = {
  readonly endpoint: string;
  readonly transactions: () => number;
  readonly stop: () => void;
};

/** @param transacted is called before each transaction is answered */
const startService = async (
  lines: number,
  transacted: () => Promise<unknown>,
): Promise<Service> => {
  const template = rowTemplate(lines);
  let transactions = 0;
  const answer = async (operation: string, body: string, response: ServerResponse) => {
    if (operation === 'BatchGetItem') {
      // A function that gave up all the same asks again.
      const parts = Readable.from(answerBatchGet(body, template, lines));
      return pipeline(parts, response).catch(() => {});
    }
    if (operation === 'TransactWriteItems') {
      transactions += 1;
      await transacted();
    }
    return response.end('{}');
  };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    // The function waits two seconds for the beginning of an answer, on a busy machine, too.
    response.flushHeaders();
    await answer(operation, body, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    transactions: () => transactions,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/**
 * Calls the function once. Its time is processor time, so that a busy machine changes nothing, and is
 * up when it is told so. Asked for it, it tells what it holds: the bytes that no garbage collection
 * frees, without those that it held before the call.
 */
const PROGRAM = `
  const [file, orders, seconds] = process.argv.slice(1);
  const { handler } = await import(file);
  const ids = Array.from({ length: Number(orders) }, (_, index) => ('o' + String(index).padStart(5, '0') + '.').padEnd(64, '-x'));
  const Records = ids.map((orderId, index) => ({
    messageId: 'm' + index,
    receiptHandle: 'r' + index,
    body: JSON.stringify({ orderId }),
    attributes: { ApproximateReceiveCount: '1' },
  }));
  const heap = () => {
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  let isTimeUp = false;
  process.on('message', (question) => {
    if (question === 'time is up') isTimeUp = true;
    process.send(question === 'held' ? heap() - before : question);
  });
  const remaining = () => isTimeUp ? 0 : seconds * 1000 - process.cpuUsage().user / 1000;
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: remaining });
  process.send({
    failures: batchItemFailures.length,
    seconds: process.cpuUsage().user / 1e6,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  process.disconnect();
`;

const ask = async (child: ChildProcess, question: string): Promise<unknown> => {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer;
};

type Batch = {
  readonly orders: number;
  readonly lines: number;
  /** What the function may use at the most, as in `memorySize`. */
  readonly memoryMB: number;
  /** Seconds of processor time until the time is up; without it, it is up at the first transaction. */
  readonly seconds?: number;
};

type Measured = {
  readonly failures: number;
  readonly seconds: number;
  readonly peakMB: number;
  readonly transactions: number;
  /** Bytes that the function held at its first transaction: all orders are read and packed then. */
  readonly held: number;
};

/** @throws Error when the function needs more memory than it may use */
export const cancelLargeBatch = async ({
  orders,
  lines,
  memoryMB,
  seconds,
}: Batch): Promise<Measured> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-memory-'));
  let child: ChildProcess | undefined;
  let isMeasured = false;
  let held = 0;
  const service = await startService(lines, async () => {
    if (!child || isMeasured) return;
    isMeasured = true;
    held = Number(await ask(child, 'held'));
    if (seconds === undefined) await ask(child, 'time is up');
  });
  try {
    const { environment } = await infrastructure();
    const { file } = await bundle('functions/cancel-orders.ts', await readBundleSettings(), folder);
    child = spawn(
      process.execPath,
      [
        '--expose-gc',
        `--max-old-space-size=${Math.floor(memoryMB * 0.9)}`,
        '--input-type=module',
        ...['--eval', PROGRAM, pathToFileURL(file).href, String(orders), String(seconds ?? 3_600)],
      ],
      {
        env: {
          ...localEnvironment(process.env, { dynamodb: service.endpoint, sqs: service.endpoint }),
          ...environment,
          CANCELLATIONS_QUEUE_URL: `${service.endpoint}/queue`,
          WRITE_OFFS_QUEUE_URL: `${service.endpoint}/write-offs`,
          PLAIN_QUEUE_WRITES_OFF: 'false',
        },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    let told: unknown;
    child.on('message', (message) => {
      told = message;
    });
    const complaint = child.stderr ? text(child.stderr) : '';
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`The function ended with ${code}: ${await complaint}`);
    const result = told as Pick<Measured, 'failures' | 'seconds' | 'peakMB'>;
    return { ...result, transactions: service.transactions(), held };
  } finally {
    child?.kill();
    service.stop();
    await rm(folder, { recursive: true });
  }
};
