/**
 * Measures how much memory the queue function needs at the most: for 1,000 messages about orders of
 * 1,000 lines each, with ids as long as they may be.
 *
 * `node --import tsx bench/queue-memory.ts [orders] [lines] [memory in MB] [seconds]`
 *
 * The function runs as it is packaged, in a process of its own whose heap is limited as in Lambda.
 * DynamoDB is a server that makes up the orders and accepts every transaction.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import { localEnvironment } from '../local/aws.ts';
import { bundle, readBundleSettings } from '../test/support/bundle.ts';
import { infrastructure } from '../test/support/infrastructure.ts';

const MB = 1024 * 1024;

const [orders = 1_000, lines = 1_000, memory = 1_769, seconds = 30] = process.argv
  .slice(2)
  .map(Number);

/** An id of 64 characters. */
const longId = (name: string): string => name.padEnd(64, '-x');

/** The placement, and as many partial cancellations as an order may have. */
const CAUSES = 1_000;

/** Takes the place of an order's number, in its id and in those of its products. */
const NUMBER = '@@@@@';

const rowTemplate = (): string => {
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

const TEMPLATE = rowTemplate();

const rowOf = (id: string): string => TEMPLATE.replaceAll(NUMBER, id.slice(1, 1 + NUMBER.length));

type BatchGet = { readonly RequestItems: Record<string, { Keys: { id: { S: string } }[] }> };

/** Answers at most 16 MB, like DynamoDB, which counts 170 bytes a line and 152 a cause. */
function* answerBatchGet(body: string): Generator<string> {
  const [[table, asked] = ['', { Keys: [] }]] = Object.entries(
    (JSON.parse(body) as BatchGet).RequestItems,
  );
  const fit = Math.max(1, Math.floor((16 * MB) / (lines * 170 + CAUSES * 152)));
  yield `{"Responses":{"${table}":[`;
  for (const [index, { id }] of asked.Keys.slice(0, fit).entries()) {
    yield `${index > 0 ? ',' : ''}${rowOf(id.S)}`;
  }
  const rest = asked.Keys.slice(fit);
  const unprocessed = rest.length > 0 ? { [table]: { Keys: rest, ConsistentRead: true } } : {};
  yield `]},"UnprocessedKeys":${JSON.stringify(unprocessed)}}`;
}

const transactions = { count: 0 };

const server = createServer(async (request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1);
  const body = await text(request);
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  // The function waits two seconds for the beginning of an answer, on a busy machine, too.
  response.flushHeaders();
  if (operation === 'BatchGetItem') {
    // A function that gave up all the same asks again.
    return pipeline(Readable.from(answerBatchGet(body)), response).catch(() => {});
  }
  if (operation === 'TransactWriteItems') transactions.count += 1;
  response.end('{}');
});

/** Calls the function once. Its time is processor time, so that a busy machine changes nothing. */
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
  const remaining = () => seconds * 1000 - process.cpuUsage().user / 1000;
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: remaining });
  process.stderr.write(JSON.stringify({
    failures: batchItemFailures.length,
    seconds: process.cpuUsage().user / 1e6,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  }));
`;

const folder = await mkdtemp(join(tmpdir(), 'countermand-memory-'));
try {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { environment } = await infrastructure();
  const { file } = await bundle('functions/cancel-orders.ts', await readBundleSettings(), folder);
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      `--max-old-space-size=${Math.floor(memory * 0.9)}`,
      '--input-type=module',
      ...['--eval', PROGRAM, pathToFileURL(file).href, String(orders), String(seconds)],
    ],
    {
      env: {
        ...localEnvironment(process.env, { dynamodb: endpoint, sqs: endpoint }),
        ...environment,
        CANCELLATIONS_QUEUE_URL: `${endpoint}/queue`,
      },
      maxBuffer: 64 * MB,
    },
  );
  process.stdout.write(`${stderr} transactions: ${transactions.count}\n`);
} finally {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
}
