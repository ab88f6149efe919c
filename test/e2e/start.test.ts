import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readEvents } from '../../local/event-bus-server.ts';
import { freePorts, LOOPBACK } from '../../local/ports.ts';
import { waitUntil } from '../../local/wait.ts';
import { httpCaller } from '../support/http.ts';
import { runStartCommand, type StartCommand, untilGone } from '../support/start-command.ts';

const started: StartCommand[] = [];

const start = async (...parameters: Parameters<typeof runStartCommand>): Promise<StartCommand> => {
  const command = await runStartCommand(...parameters);
  started.push(command);
  return command;
};

afterEach(async () => {
  for (const command of started.splice(0)) {
    command.signal('SIGKILL');
    await command.ended;
  }
});

const READY = /^Ready: http:\/\/localhost:\d+$/m;

describe('npm start', () => {
  test('shows cancellations over HTTP and through the queue, and runs until Ctrl-C', async () => {
    const command = await start([]);
    await command.untilPrinted(READY);
    const processes = await command.processes();
    const output = command.output();

    const inThisOrder = [
      /Stock before$/m,
      /^espresso-beans +400 +6 +394$/m,
      /^paper-filters +250 +5 +245$/m,
      /Ledger before$/m,
      /^order_ada-\S+ +reservation +espresso-beans +-2 +0 +\+2$/m,
      /Cancel by HTTP$/m,
      /^POST \/orders\/ada-\S+\/cancel\n +200 cancelled, restored 2 espresso-beans, 1 paper-filters$/m,
      /^POST \/orders\/ada-\S+\/cancel, again\n +200 already_cancelled, restored 2 espresso-beans, 1 paper-filters$/m,
      /^ +409 insufficient_stock, available \d+$/m,
      /Cancel by queue, one of them twice$/m,
      /Stock after$/m,
      /^espresso-beans +400 +0 +400$/m,
      /^paper-filters +250 +4 +246$/m,
      /Ledger after: what was added$/m,
      /^order_cleo-\S+_cancellation +restoration +burr-grinder +\+1 +0 +-1$/m,
      /Refunds, from events that come twice$/m,
      /^ada-\S+ +55\.90 +order_ada-\S+_cancellation$/m,
      /^8 events, 4 of them refunded already\.$/m,
      READY,
    ];
    let position = 0;
    for (const pattern of inThisOrder) {
      const found = output.slice(position).search(pattern);
      if (found < 0) throw new Error(`${pattern} is not in\n${output.slice(position)}`);
      position += found;
    }
    expect(output).toMatch(new RegExp(`^Ready: http://localhost:${command.ports.HTTP_PORT}$`, 'm'));

    command.signal('SIGINT');

    expect(await command.ended).toBe(0);
    await untilGone(processes, command.ports);
  });

  test('opens an empty shop with --empty, and leaves no process behind after SIGTERM', async () => {
    const command = await start(['--empty']);
    await command.untilPrinted(READY);
    const processes = await command.processes();
    const call = httpCaller(`http://localhost:${command.ports.HTTP_PORT}`);

    // Itself, and at least an engine and a server for the functions.
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(command.output()).not.toMatch(/Stock before/);
    expect(await call('GET', '/products/espresso-beans')).toMatchObject({ status: 404 });
    expect(await call('POST', '/products', { id: 'own', name: 'Own' })).toMatchObject({
      status: 201,
    });

    command.signal('SIGTERM');

    expect(await command.ended).toBe(0);
    await untilGone(processes, command.ports);
  });

  test('can be interrupted while it is still starting', async () => {
    const command = await start(['--empty']);
    await command.untilPrinted(/DynamoDB/);
    const processes = await command.processes();

    command.signal('SIGINT');

    expect(await command.ended).toBe(0);
    expect(command.output()).not.toMatch(READY);
    await untilGone(processes, command.ports);
  });

  test('leaves no process behind even when it is killed', async () => {
    const command = await start(['--empty']);
    await command.untilPrinted(/DynamoDB/);
    const processes = await command.processes();

    command.signal('SIGKILL');

    expect(await command.ended).toBe('SIGKILL');
    await untilGone(processes, command.ports);
  });

  test.each(['HTTP_PORT', 'LAMBDA_PORT', 'DYNAMODB_PORT', 'SQS_PORT'] as const)(
    'says which variable to set when %s is taken, and starts nothing',
    async (variable) => {
      const [port = 0] = await freePorts(1);
      const occupier = createServer().listen(port, LOOPBACK);

      const command = await start(['--empty'], { [variable]: port });

      expect(await command.ended).toBe(1);
      expect(command.output()).toContain(variable);
      expect(command.output()).toContain(String(port));
      expect(command.output()).not.toMatch(/^ +at /m);
      await new Promise((resolve) => {
        occupier.close(resolve);
      });
      await untilGone([], command.ports);
    },
  );

  test('keeps the shop in a folder with --data, over a kill, and shows itself only the first time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countermand-'));
    const first = await start(['--empty', '--data', folder]);
    await first.untilPrinted(READY);
    const processes = await first.processes();
    const callFirst = httpCaller(`http://localhost:${first.ports.HTTP_PORT}`);
    await callFirst('POST', '/products', { id: 'tea', name: 'Tea', stockQuantity: 7 });
    await callFirst('POST', '/orders', { id: 'ann', items: [{ productId: 'tea', quantity: 2 }] });
    first.signal('SIGKILL');
    await first.ended;
    await untilGone(processes, first.ports);

    const second = await start(['--data', folder]);
    await second.untilPrinted(READY);
    const callSecond = httpCaller(`http://localhost:${second.ports.HTTP_PORT}`);

    expect(second.output()).not.toMatch(/Stock before/);
    expect(await callSecond('POST', '/orders/ann/cancel')).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', restored: [{ productId: 'tea', quantity: 2 }] },
    });
    const types = () =>
      readEvents(join(folder, 'events.jsonl'))
        .filter(({ detail }) => detail.subject === 'orders/ann')
        .map(({ detail }) => detail.type);
    await waitUntil('the cancellation was told', async () => types().includes('order.cancelled'), {
      timeoutSeconds: 30,
    });
    // Before the kill and after it, but both are there. At least once: a kill may repeat the first.
    expect([...new Set(types())]).toEqual(['order.placed', 'order.cancelled']);
    second.signal('SIGINT');
    expect(await second.ended).toBe(0);
    await rm(folder, { recursive: true });
  });

  test('prints help with --help, and starts nothing', async () => {
    const command = await start(['--help']);

    expect(await command.ended).toBe(0);
    expect(command.output()).toContain('npm start -- --data DIR');
    expect(command.output()).not.toMatch(READY);
  });
});
