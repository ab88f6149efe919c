/** `npx countermand` on the running system. */
import '../support/node-errors.ts';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../support/audit.ts';
import { runHere, startCountermand } from '../support/countermand.ts';
import { argumentsIn, localLines, wordsOf } from '../support/documented-commands.ts';
import { readDocument } from '../support/markdown.ts';
import { useSystem } from '../support/running-system.ts';

const system = useSystem();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countermand-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where a command finds the system. */
const itsPorts = () => {
  const { baseUrl, sqsEndpoint, dynamodbEndpoint } = system();
  return {
    HTTP_PORT: new URL(baseUrl).port,
    SQS_PORT: new URL(sqsEndpoint).port,
    DYNAMODB_ENDPOINT: dynamodbEndpoint,
  };
};

const start = (...args: readonly string[]) => startCountermand(args, itsPorts());

/** Runs a command to its end, and reads its result as JSON. */
const run = async (line: string) => {
  const { exitCode, stdout, stderr } = await runHere([...line.split(' '), '--json'], itsPorts());
  return { exitCode, json: JSON.parse(stdout), stderr };
};

describe('README.md', () => {
  const readme = readDocument('README.md');

  /** Runs a line on this system: commands in this process, everything else in a shell. */
  const typeIn = async (line: string): Promise<void> => {
    const command = argumentsIn(line);
    if (command === undefined) {
      const shellLine = line
        .replace(/^curl /, 'curl -sSf ')
        .replace('localhost:3000', new URL(system().baseUrl).host)
        .replace(/\S+events-3000\.jsonl/, `'${system().eventsFile}'`);
      await promisify(execFile)('bash', ['-c', shellLine], { cwd: folder });
      return;
    }
    const words = wordsOf(command).map((word) =>
      word.endsWith('.csv') ? join(folder, word) : word,
    );
    const { exitCode, stderr } = await runHere(words, itsPorts());
    if (exitCode !== 0) throw new Error(`${line} ends with ${exitCode}: ${stderr}`);
  };

  /** What `curl` shows, as far as it does not depend on the clock. */
  const TIMES = {
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
    statusSince: expect.any(String),
    cancelledAt: expect.any(String),
  };
  const withAnyTimes = (shown: object) =>
    Object.fromEntries(Object.entries({ ...shown, ...TIMES }).filter(([name]) => name in shown));

  test('says what its first cancellation leaves behind, and its commands work from top to bottom', async () => {
    const lines = localLines(readme);
    expect(lines.filter((line) => line.startsWith('curl'))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('npx countermand')).length).toBeGreaterThan(20);
    const isEnd = (line: string) => line.includes(' product create ');
    const first = lines.slice(0, lines.findIndex(isEnd));

    for (const line of first) await typeIn(line);

    const { call } = system();
    const [order, product, movement] = readme.blocks
      .filter(({ language }) => language === 'json')
      .map(({ text }) => withAnyTimes(JSON.parse(text)));
    expect((await call('GET', '/orders/1001')).body).toEqual(order);
    expect((await call('GET', '/products/tea')).body).toEqual(product);
    expect((await call('GET', '/orders/1001/movements')).body.items).toContainEqual(movement);

    for (const line of lines.slice(first.length)) await typeIn(line);

    expect((await call('GET', '/orders/1003')).body.status).toBe('cancelled');
    await system().queues.untilDone();
  });
});

describe('npx countermand', () => {
  test('opens a product, places and cancels an order, and lists the movements', async () => {
    expect(await run('product create Rooibos --id rooibos --stock 10')).toMatchObject({
      exitCode: 0,
    });
    expect(await run('order place rooibos:3 --id cli-1')).toMatchObject({
      exitCode: 0,
      json: { status: 'pending' },
    });
    expect(await run('order ship cli-1')).toMatchObject({
      exitCode: 1,
      json: { code: 'invalid_transition' },
    });
    expect(await run('order cancel cli-1 --grace 1h --only-if pending --actor Ada')).toMatchObject({
      exitCode: 0,
      json: { outcome: 'cancelled', restored: [], order: { cancelledByStated: 'Ada' } },
    });
    expect(await run('order reinstate cli-1')).toMatchObject({ json: { status: 'pending' } });
    expect(await run('order cancel cli-1 --reason customer')).toMatchObject({
      exitCode: 0,
      json: { outcome: 'cancelled', restored: [{ productId: 'rooibos', quantity: 3 }] },
    });
    expect(await run('product adjust rooibos -2 --reference broken')).toMatchObject({
      exitCode: 0,
    });
    const { json } = await run('movements --product rooibos');
    expect(json.items.map(({ referenceId }: { referenceId: string }) => referenceId)).toEqual([
      'broken',
      'order_cli-1~2_cancellation',
      'order_cli-1',
      'product_rooibos_opening',
    ]);
  });

  test('runs by npx, and prints tables without colours where there is no terminal', async () => {
    const { stdout } = await start('product', 'list').ended;

    expect(stdout).toMatch(/^product +name +on hand +reserved +available\n-/);
  });

  test('finds the system well', async () => {
    const { json } = await run('doctor');

    expect(json.findings).toContainEqual({
      what: 'system',
      state: 'ok',
      found: `answers at ${system().baseUrl}`,
    });
  });

  test('says why a letter is dead, and brings it back to the queue', async () => {
    await run('order place rooibos:1 --id cli-2');
    await system().queues.bury([{ orderId: 'cli-2' }, 'no JSON']);

    const { exitCode, json } = await run('queue dead-letters');
    expect(exitCode).toBe(1);
    expect(json.items).toMatchObject([
      { why: 'exhausted', orderId: 'cli-2', orderStatus: 'pending' },
      { why: 'malformed', body: 'no JSON' },
    ]);
    expect(await run('queue redrive --all')).toMatchObject({
      exitCode: 0,
      json: { moved: [{ orderId: 'cli-2' }], left: [{}] },
    });
    await system().queues.untilDone();
    expect(await run('order show cli-2')).toMatchObject({ json: { status: 'cancelled' } });
    expect(await run('queue status')).toMatchObject({ json: { deadLetters: { waiting: 1 } } });
    await system().queues.deadLetters();
  });
});

describe('npx countermand audit and repair', () => {
  test('find a counter that nothing explains, and mend it', async () => {
    const { shop } = system();
    await shop.sells({ kettle: 5 });
    expect(await run('audit')).toMatchObject({ exitCode: 0, json: { findings: [] } });
    await shop.tampersWith('products', 'kettle', { stockQuantity: 7, availableQuantity: 7 });

    expect(await run('audit')).toMatchObject({
      exitCode: 1,
      json: { findings: [{ law: 'ledger', subject: 'kettle', is: 'stockQuantity is 7' }] },
    });
    expect(await run('repair')).toMatchObject({ exitCode: 1 });
    expect(await shop.stockOf('kettle')).toMatchObject({ stock: 7 });

    expect(await run('repair --apply')).toMatchObject({
      exitCode: 0,
      json: { repairs: [{ subject: 'kettle', isDone: true }], after: { findings: [] } },
    });
    expect(await shop.stockOf('kettle')).toEqual({ stock: 5, reserved: 0, available: 5 });
  });
});

describe('npx countermand cancel --file', () => {
  const ids = Array.from({ length: 300 }, (_, index) => `file-${index}`);

  test('that is killed in the middle and started again cancels each order once', async () => {
    const { call, shop } = system();
    await shop.sells({ mug: 1_000 });
    await shop.hasOrders(Object.fromEntries(ids.map((id) => [id, { mug: 2 }])));
    await call('POST', '/orders/file-0/confirm');
    await call('POST', '/orders/file-0/ship');
    const file = join(folder, 'many.csv');
    // Three reasons make three batches: the command can be killed between them.
    const reasons = ['customer', 'fraud', 'staff'];
    const lines = [...ids, 'nobody'].map((id, index) => `${id},${reasons[index % 3]}`);
    await writeFile(file, ['orderId,reason', ...lines, ''].join('\n'));

    const first = start('cancel', '--file', file);
    await first.untilTold(/^Sent /m);
    first.kill();
    expect(await first.ended).toMatchObject({ exitCode: null });

    const again = await run(`cancel --file ${file}`);

    expect(again).toMatchObject({
      exitCode: 1,
      json: { orders: 301, cancelled: 299, rejected: 2, pending: 0 },
    });
    const result = await readFile(join(folder, 'many.result.csv'), 'utf8');
    expect(result.trim().split('\n')).toEqual([
      'orderId,outcome,code',
      'file-0,rejected,order_not_cancellable',
      ...ids.slice(1).map((id) => `${id},cancelled,`),
      'nobody,rejected,order_not_found',
    ]);
    await system().queues.untilDone();
    const { body: mug } = await call('GET', '/products/mug');
    // Two left the building with the order that was shipped, and nothing came back twice.
    expect(mug).toMatchObject({ stockQuantity: 998, reservedQuantity: 0, availableQuantity: 998 });
    const { json } = await run('movements --product mug --type restoration --all');
    expect(json.items).toHaveLength(299);
    await expectLawsHold(shop);
  });
});
