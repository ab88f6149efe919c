/** `countermand cancel --file`: many orders, each once, however often it is killed and started. */
import { describe, expect, test } from '@jest/globals';
import { openJournal } from '../../../cli/cancel-file/journal.ts';
import { type CommandLine, dyingAt, openCommandLine } from '../../support/command-line.ts';
import { fakeCancellations } from '../../support/fake-cancellations.ts';

const idsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `order-${first + index}`);

const withFile = (text: string) => new Map([['orders.csv', text]]);

const RESULT = 'orders.result.csv';
const JOURNAL = 'orders.result.csv.journal';

const resultOf = ({ files }: Pick<CommandLine, 'files'>): string[] =>
  (files.get(RESULT) ?? '').trim().split('\n');

describe('countermand cancel --file', () => {
  test('sends the orders in batches of a thousand, and writes a line for each', async () => {
    const ids = idsFrom(1, 2_500);
    const system = fakeCancellations({ pace: 700 });
    const line = openCommandLine({ answers: system.answers, files: withFile(ids.join('\n')) });

    const { exitCode, json } = await line.runs('cancel --file orders.csv --reason fraud --json');

    expect(exitCode).toBe(0);
    expect(json).toEqual({
      orders: 2_500,
      cancelled: 2_500,
      rejected: 0,
      pending: 0,
      result: RESULT,
    });
    expect(system.batches.map(({ orderIds }) => orderIds.length)).toEqual([1_000, 1_000, 500]);
    expect(line.sent[0]?.body).toEqual({ orderIds: ids.slice(0, 1_000), reason: 'fraud' });
    expect(resultOf(line)).toEqual([
      'orderId,outcome,code',
      ...ids.map((id) => `${id},cancelled,`),
    ]);
  });

  test('sends each reason and note with the orders that have it', async () => {
    const system = fakeCancellations();
    const file = [
      'note,OrderId,reason',
      ',1,',
      '"lost, or broken",2,inventory',
      ',3,customer',
      ',4,inventory',
      '"lost, or broken",5,inventory',
    ].join('\r\n');
    const { runs } = openCommandLine({ answers: system.answers, files: withFile(file) });

    await runs('cancel --file orders.csv --reason other --no-restock');

    expect(system.batches).toEqual([
      { orderIds: ['1'], reason: 'other', restock: false },
      { orderIds: ['2', '5'], reason: 'inventory', note: 'lost, or broken', restock: false },
      { orderIds: ['3'], reason: 'customer', restock: false },
      { orderIds: ['4'], reason: 'inventory', restock: false },
    ]);
  });

  test('tells which orders are rejected, and why', async () => {
    const system = fakeCancellations({ shipped: ['2'], unknown: ['3'] });
    const line = openCommandLine({ answers: system.answers, files: withFile('1\n2\n3\n') });

    const { exitCode, stdout } = await line.runs('cancel --file orders.csv');

    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "1 of 3 orders cancelled, 2 rejected, 0 pending.\nEach order's outcome is in orders.result.csv\n",
    );
    expect(resultOf(line)).toEqual([
      'orderId,outcome,code',
      '1,cancelled,',
      '2,rejected,order_not_cancellable',
      '3,rejected,order_not_found',
    ]);
  });

  test('stops waiting when nothing moves, and tells each pending order', async () => {
    const options = { stuck: ['2'], shipped: ['3'], unknown: ['4'] };
    const system = fakeCancellations(options);
    const line = openCommandLine({ answers: system.answers, files: withFile('1\n2\n3\n4\n') });

    const { exitCode, stdout } = await line.runs('cancel --file orders.csv --give-up-after 60');

    expect(exitCode).toBe(3);
    expect(stdout).toContain('1 of 4 orders cancelled, 2 rejected, 1 pending.');
    expect(stdout).toContain('countermand queue dead-letters');
    expect(resultOf(line).slice(1)).toEqual([
      '1,cancelled,',
      '2,pending,',
      '3,rejected,order_not_cancellable',
      '4,rejected,order_not_found',
    ]);
    expect(line.spent()).toBeGreaterThanOrEqual(60_000);
  });

  test('waits for later batches while earlier ones are stuck', async () => {
    const stuck = idsFrom(0, 5);
    const system = fakeCancellations({ stuck, pace: 1 });
    const rows = idsFrom(0, 60).map((id, index) => `${id},note ${index}`);
    const files = withFile(['orderId,note', ...rows].join('\n'));

    const { json } = await openCommandLine({ answers: system.answers, files }).runs(
      'cancel --file orders.csv --give-up-after 100 --json',
    );

    expect(json).toMatchObject({ cancelled: 55, pending: 5 });
    expect(system.cancelled.size).toBe(55);
  });

  test('shows its progress on standard error', async () => {
    const { answers } = fakeCancellations({ pace: 500 });
    const files = withFile(idsFrom(1, 2_000).join('\n'));

    const { stdout, stderr } = await openCommandLine({ answers, files }).runs(
      'cancel --file orders.csv --json',
    );

    expect(stderr).toContain('Sent 1,000 of 2,000 orders\n');
    expect(stderr).toContain('Handled 500 of 2,000 orders\n');
    expect(stderr).toContain('Handled 2,000 of 2,000 orders\n');
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  test('does nothing when it is started again after its end', async () => {
    const system = fakeCancellations({ shipped: ['2'] });
    const line = openCommandLine({ answers: system.answers, files: withFile('1\n2\n') });
    const first = await line.runs('cancel --file orders.csv');
    const requests = line.sent.length;
    const result = resultOf(line);

    expect(await line.runs('cancel --file orders.csv')).toMatchObject({
      exitCode: first.exitCode,
      stdout: first.stdout,
    });
    expect(line.sent).toHaveLength(requests);
    expect(resultOf(line)).toEqual(result);
  });

  test('goes on after Ctrl-C', async () => {
    const ids = idsFrom(1, 3_000);
    const system = fakeCancellations({ pace: 400 });
    const files = withFile(ids.join('\n'));
    const first = openCommandLine({
      files,
      answers: (sent) => {
        if (system.cancelled.size > 1_500) first.interrupt();
        return system.answers(sent);
      },
    });

    expect(await first.runs('cancel --file orders.csv')).toMatchObject({ exitCode: 130 });
    expect(files.has(RESULT)).toBe(false);
    const second = openCommandLine({ answers: system.answers, files });

    expect(await second.runs('cancel --file orders.csv')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('An earlier run has begun with this file: going on.'),
    });
    expect(new Set(system.queued.values())).toEqual(new Set([1]));
    expect(resultOf(second)).toHaveLength(3_001);
  });

  test('sends a batch again that the system has forgotten', async () => {
    const system = fakeCancellations({ stuck: ['1'] });
    const files = withFile('1\n2\n');
    await openCommandLine({ answers: system.answers, files }).runs(
      'cancel --file orders.csv --give-up-after 0',
    );
    system.forgets();
    system.cancelled.add('1');

    expect(
      await openCommandLine({ answers: system.answers, files }).runs('cancel --file orders.csv'),
    ).toMatchObject({ exitCode: 0 });
    expect(system.batches).toHaveLength(2);
  });

  test.each([
    ['another file', 'cancel --file orders.csv', '1\n3\n'],
    ['other options', 'cancel --file orders.csv --reason fraud', '1\n2\n'],
    ['another system', 'cancel --file orders.csv --url http://localhost:4000', '1\n2\n'],
  ])('refuses to go on with %s', async (_, command, file) => {
    const { answers } = fakeCancellations();
    const line = openCommandLine({ answers, files: withFile('1\n2\n') });
    await line.runs('cancel --file orders.csv');
    const requests = line.sent.length;
    line.files.set('orders.csv', file);

    expect(await line.runs(command)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is the journal of other cancellations'),
    });
    expect(line.sent).toHaveLength(requests);
  });

  test('refuses a journal that is none, and a result that would replace the orders', async () => {
    const { answers } = fakeCancellations();
    const line = openCommandLine({ answers, files: withFile('1\n') });
    line.files.set(JOURNAL, 'precious\n');

    expect(await line.runs('cancel --file orders.csv')).toMatchObject({ exitCode: 2 });
    expect(await line.runs('cancel --file orders.csv --result orders.csv')).toMatchObject({
      exitCode: 2,
    });
    expect(line.files.get(JOURNAL)).toBe('precious\n');
    expect(line.sent).toEqual([]);
  });
});

describe.each(['before', 'after'] as const)(
  'A command that is killed %s any of its steps',
  (when) => {
    // Three batches, because each reason has its own.
    const ids = idsFrom(1, 9);
    const reasons = ['fraud', 'staff', 'other'];
    const file = ['orderId,reason', ...ids.map((id, at) => `${id},${reasons[at % 3]}`)].join('\n');
    const undisturbed = [
      'orderId,outcome,code',
      ...ids.map((id) =>
        id === 'order-7' ? `${id},rejected,order_not_cancellable` : `${id},cancelled,`,
      ),
    ];

    test('and started again has the same result, and has sent no batch again that it knew of', async () => {
      let deaths = 0;
      for (let moment = 1; ; moment += 1) {
        const system = fakeCancellations({ pace: 2, shipped: ['order-7'] });
        const files = withFile(file);
        const death = dyingAt(moment, when);
        await openCommandLine({ ...death, answers: system.answers, files }).runs(
          'cancel --file orders.csv',
        );
        const known = (files.get(JOURNAL) ?? '').match(/"sent"/g)?.length ?? 0;
        const sent = system.batches.length;

        const again = openCommandLine({ answers: system.answers, files });
        expect(await again.runs('cancel --file orders.csv')).toMatchObject({ exitCode: 1 });

        expect(resultOf(again)).toEqual(undisturbed);
        expect(system.batches.length - sent).toBe(3 - known);
        expect(system.cancelled.size).toBe(8);
        if (!death.died()) break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThan(12);
    });

    test('and again, and again, comes to an end', async () => {
      const system = fakeCancellations({ pace: 2, shipped: ['order-7'] });
      const files = withFile(file);
      for (let moment = 1; ; moment += 1) {
        const death = dyingAt(moment, when);
        await openCommandLine({ ...death, answers: system.answers, files }).runs(
          'cancel --file orders.csv',
        );
        if (!death.died()) break;
      }
      expect(resultOf({ files })).toEqual(undisturbed);
    });
  },
);

test('A journal that ends in the middle of a line goes on with a line of its own', async () => {
  const entries = [
    '{"started":"digest"}',
    '{"sent":0,"batchId":"b"}',
    '{"finished":0,"rejected":[]}',
  ];
  const journal = entries.map((entry) => `${entry}\n`).join('');
  for (let length = 0; length <= journal.length; length += 1) {
    let text = journal.slice(0, length);
    const files = {
      read: async () => text,
      write: async (_: string, whole: string) => {
        text = whole;
      },
      append: async (_: string, line: string) => {
        text += line;
      },
    };

    const { sent, finished, batchSent, batchFinished } = await openJournal('j', 'digest', files);
    if (!sent.has(0)) await batchSent(0, 'b');
    if (!finished.has(0)) await batchFinished(0, []);

    expect(text).toBe(journal);
  }
});
