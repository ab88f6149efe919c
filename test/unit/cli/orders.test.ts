/** `countermand order`: what each command sends, and what it prints. */
import { describe, expect, test } from '@jest/globals';
import { orderResource } from '../../../lib/http/resources.ts';
import { aCancelledOrder, aLine, anOrder, EARLIER } from '../../support/builders.ts';
import { openCommandLine, refusal, shopThat } from '../../support/command-line.ts';

const ORDER = orderResource(anOrder('1001', { tea: 3, mug: 1 }));

describe('countermand order show', () => {
  test('prints an order with its lines', async () => {
    const { runs, sent } = openCommandLine({
      answers: shopThat({ 'GET /orders/1001': { status: 200, body: ORDER } }),
    });

    expect(await runs('order show 1001')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: [
        'order      1001',
        'status     pending since 2026-03-01 08:00',
        'placed     2026-03-01 08:00',
        '',
        'product  ordered  held  shipped  cancelled  returned',
        '-------  -------  ----  -------  ---------  --------',
        'tea            3     3        0          0         0',
        'mug            1     1        0          0         0',
        '',
      ].join('\n'),
    });
    expect(sent).toEqual([
      {
        method: 'GET',
        url: 'http://localhost:3000/orders/1001',
        headers: { accept: 'application/json' },
        body: undefined,
      },
    ]);
  });

  test('prints why an order was cancelled, without what would steer a terminal', async () => {
    const order = aCancelledOrder(
      '1001',
      { tea: 3 },
      { cancellationReason: 'customer', cancellationNote: 'a\u009b31m\nb', restock: false },
    );
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /orders/1001': { status: 200, body: orderResource(order) } }),
    });

    const { stdout } = await runs('order show 1001');

    expect(stdout).toContain('reason     customer\n');
    expect(stdout).toContain('note       a31m b\n');
    expect(stdout).toContain('restock    no: its goods did not go back on the shelf\n');
  });

  test('prints who has it in hand, and what the shop notes about it', async () => {
    const order = anOrder(
      '1001',
      { tea: 3 },
      {
        lock: { by: 'local', byStated: 'Grace', since: EARLIER, reason: 'packing' },
        expiresAt: '2026-03-03T08:00:00.000Z',
        metadata: { till: '4', gift: 'yes' },
      },
    );
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /orders/1001': { status: 200, body: orderResource(order) } }),
    });

    expect((await runs('order show 1001')).stdout).toContain(
      [
        'expires    2026-03-03 08:00',
        'locked     since 2026-03-01 08:00 by local, for Grace: packing',
        'metadata   till=4, gift=yes',
        '',
      ].join('\n'),
    );
  });

  test('prints who cancelled it, and until when it holds its units', async () => {
    const order = anOrder(
      '1001',
      { tea: 3 },
      {
        status: 'cancelled',
        cancelledBy: 'jwt:ada',
        cancelledByStated: 'Ben',
        releaseAt: '2026-03-01T10:00:00.000Z',
      },
    );
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /orders/1001': { status: 200, body: orderResource(order) } }),
    });

    expect((await runs('order show 1001')).stdout).toContain(
      'cancelled  by jwt:ada, for Ben\ngrace      holds its units until 2026-03-01 10:00\n',
    );
  });

  test('prints the answer as it came with --json', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /orders/1001': { status: 200, body: ORDER } }),
    });

    expect((await runs('order show 1001 --json')).json).toEqual(ORDER);
  });

  test.each(['a/b', '..', 'x'.repeat(65)])('sends nothing for %s, which is no id', async (id) => {
    const { runs, sent } = openCommandLine();

    expect(await runs(`order show ${id}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is no id'),
    });
    expect(sent).toEqual([]);
  });
});

describe('countermand order list', () => {
  const page = (ids: readonly string[], nextCursor?: string) => ({
    status: 200,
    body: { items: ids.map((id) => orderResource(anOrder(id, { tea: 2 }))), nextCursor },
  });

  test('prints a row for each order', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /orders?status=active&limit=25': page(['1', '2']) }),
    });

    expect((await runs('order list --status active')).stdout).toBe(
      [
        'order  status   since             lines  units  held',
        '-----  -------  ----------------  -----  -----  ----',
        '1      pending  2026-03-01 08:00      1      2     2',
        '2      pending  2026-03-01 08:00      1      2     2',
        '',
      ].join('\n'),
    );
  });

  test('reads as many pages as the limit needs, and says that there are more', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({
        'GET /orders?limit=3': page(['1', '2'], 'two'),
        'GET /orders?limit=1&cursor=two': page(['3'], 'three'),
      }),
    });

    const human = await runs('order list --limit 3');
    const { json } = await runs('order list --limit 3 --json');

    expect(human.stdout).toContain('There are more: see --limit and --all.');
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(['1', '2', '3']);
    expect(json.nextCursor).toBe('three');
  });

  test('reads all pages with --all, also after an empty one', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({
        'GET /orders?limit=100': page([], 'a'),
        'GET /orders?limit=100&cursor=a': page(['1'], 'b c'),
        'GET /orders?limit=100&cursor=b%20c': page(['2']),
      }),
    });

    const { json } = await runs('order list --all --json');

    expect(json).toEqual({ items: [expect.anything(), expect.anything()] });
  });

  test('says that there are none', async () => {
    const { runs } = openCommandLine({ answers: () => page([]) });

    expect((await runs('order list')).stdout).toBe('No orders.\n');
  });
});

describe('countermand order place', () => {
  test('gives the order an id, so that sending it again places it once', async () => {
    const { runs, sent } = openCommandLine({
      answers: shopThat({ 'POST /orders': { status: 201, body: ORDER } }),
    });

    expect(await runs('order place tea:3 mug:1')).toMatchObject({ exitCode: 0 });
    expect(sent[0]).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: {
        id: 'ID1',
        items: [
          { productId: 'tea', quantity: 3 },
          { productId: 'mug', quantity: 1 },
        ],
      },
    });
  });

  test('tells when the order expires, and its metadata', async () => {
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 201, body: ORDER }) });

    await runs(
      'order place tea:3 --id 1001 --expires-at 2026-03-05T08:00:00Z --metadata till=4 gift==yes',
    );

    expect(sent[0]?.body).toEqual({
      id: '1001',
      items: [{ productId: 'tea', quantity: 3 }],
      expiresAt: '2026-03-05T08:00:00Z',
      metadata: { till: '4', gift: '=yes' },
    });
  });

  test('takes a line with an equals sign, too', async () => {
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 201, body: ORDER }) });

    await runs('order place tea=3');

    expect(sent[0]?.body.items).toEqual([{ productId: 'tea', quantity: 3 }]);
  });

  test('says how much there is of what is short', async () => {
    const shortages = [{ productId: 'tea', requested: 30, available: 7 }];
    const { runs } = openCommandLine({
      answers: () => refusal(409, 'insufficient_stock', 'Nothing was reserved', { shortages }),
    });

    expect(await runs('order place tea:30 --id 1002 --json')).toMatchObject({
      exitCode: 1,
      stderr: 'Nothing was reserved: tea has 7 of the 30 asked for (insufficient_stock).\n',
      json: { code: 'insufficient_stock', detail: 'Nothing was reserved', shortages },
    });
  });

  test.each(['tea', 'tea=:1', 'tea:0', 'tea:x', ':3', 'tea:-1', 'tea:1000000001'])(
    'sends nothing for %s, which is no line',
    async (line) => {
      const { runs, sent } = openCommandLine();

      expect(await runs(`order place mug:1 ${line}`)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('is no line of an order'),
      });
      expect(sent).toEqual([]);
    },
  );

  test('says with which id to repeat it when nobody knows what became of it', async () => {
    const { runs, sent } = openCommandLine({ answers: () => Promise.reject(new Error('lost')) });

    expect(await runs('order place tea:3 --json')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/repeat\s+it with --id ID1/),
      json: { code: 'not_reachable', repeatWith: '--id ID1' },
    });
    // Every attempt has the same id.
    expect(new Set(sent.map(({ body }) => body.id))).toEqual(new Set(['ID1']));
  });
});

describe('countermand order confirm, ship, deliver, unlock, lock and reinstate', () => {
  const verbs = ['confirm', 'ship', 'deliver', 'unlock', 'lock', 'reinstate'];

  test.each(verbs)('%s takes the order there', async (verb) => {
    const { runs } = openCommandLine({
      answers: shopThat({ [`POST /orders/1001/${verb}`]: { status: 200, body: ORDER } }),
    });

    expect(await runs(`order ${verb} 1001 --json`)).toMatchObject({ exitCode: 0, json: ORDER });
  });

  test('tell in a sentence why the order cannot go there', async () => {
    const { runs } = openCommandLine({
      answers: () => refusal(409, 'invalid_transition', 'Order 1001 is pending'),
    });

    expect(await runs('order ship 1001')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'Order 1001 is pending (invalid_transition).\n',
      json: false,
    });
  });
});

describe('countermand order lock', () => {
  test('tells why, and for whom', async () => {
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 200, body: ORDER }) });

    await runs("order lock 1001 --reason 'at the till' --actor Grace");

    expect(sent[0]).toMatchObject({
      method: 'POST',
      headers: { 'x-actor': 'Grace' },
      body: { reason: 'at the till' },
    });
  });
});

describe('countermand order reinstate', () => {
  test('tells when the order expires', async () => {
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 200, body: ORDER }) });

    await runs('order reinstate 1001 --expires-at 2026-03-05T08:00:00Z');

    expect(sent[0]?.body).toEqual({ expiresAt: '2026-03-05T08:00:00Z' });
  });

  test('says what is short', async () => {
    const shortages = [{ productId: 'tea', requested: 3, available: 1 }];
    const { runs } = openCommandLine({
      answers: () => refusal(409, 'insufficient_stock', 'Nothing was reserved', { shortages }),
    });

    expect(await runs('order reinstate 1001')).toMatchObject({
      exitCode: 1,
      stderr: 'Nothing was reserved: tea has 1 of the 3 asked for (insufficient_stock).\n',
    });
  });
});

describe('countermand order amend', () => {
  test.each([
    ['--metadata till=4 gift=yes', { metadata: { till: '4', gift: 'yes' } }],
    ['--metadata till=4 --metadata gift=', { metadata: { till: '4', gift: '' } }],
    ['--clear-metadata', { metadata: {} }],
    ['--expires-at 2026-03-05T08:00:00Z', { expiresAt: '2026-03-05T08:00:00Z' }],
  ])('sends what changes by %s', async (options, body) => {
    const { runs, sent } = openCommandLine({
      answers: shopThat({ 'PATCH /orders/1001': { status: 200, body: ORDER } }),
    });

    expect(await runs(`order amend 1001 ${options} --json`)).toMatchObject({
      exitCode: 0,
      json: ORDER,
    });
    expect(sent.map((each) => each.body)).toEqual([body]);
  });

  test.each([
    '',
    '--metadata',
    '--metadata till',
    '--metadata =4',
    '--metadata till=4 till=5',
    '--metadata till=4 --clear-metadata',
  ])('sends nothing for "%s"', async (options) => {
    const { runs, sent } = openCommandLine();

    expect(await runs(`order amend 1001 ${options}`)).toMatchObject({ exitCode: 2 });
    expect(sent).toEqual([]);
  });
});

describe('countermand order ship and return, of some units', () => {
  const part = { status: 200, body: ORDER };

  test.each(['ship', 'return'])('%s prints a new key for a repetition', async (verb) => {
    const { runs, sent } = openCommandLine({ answers: () => part });

    expect(await runs(`order ${verb} 1001 --items tea:2 mug:1`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^order {6}1001\n[\s\S]*\n\nKey: ID1\n$/),
    });
    expect(sent[0]).toMatchObject({
      url: `http://localhost:3000/orders/1001/${verb}`,
      headers: { 'idempotency-key': 'ID1' },
      body: {
        items: [
          { productId: 'tea', quantity: 2 },
          { productId: 'mug', quantity: 1 },
        ],
      },
    });
  });

  test.each(['ship', 'return'])('%s takes effect once for a given key', async (verb) => {
    const { runs, sent } = openCommandLine({ answers: () => part });

    expect((await runs(`order ${verb} 1001 --item tea=2 --key mine --json`)).json).toEqual({
      ...ORDER,
      idempotencyKey: 'mine',
    });
    expect(sent[0]?.headers['idempotency-key']).toBe('mine');
  });

  test.each(['ship', 'return'])(
    '%s says with which key to repeat it when nobody knows what became of it',
    async (verb) => {
      const { runs, sent } = openCommandLine({ answers: () => Promise.reject(new Error('lost')) });

      expect(await runs(`order ${verb} 1001 --items tea:2 --json`)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/with\s+--key\s+ID1/),
        json: { repeatWith: '--key ID1' },
      });
      expect(sent.length).toBeGreaterThan(1);
      expect(new Set(sent.map(({ headers }) => headers['idempotency-key']))).toEqual(
        new Set(['ID1']),
      );
    },
  );

  test('return tells why, and that the goods are damaged', async () => {
    const { runs, sent } = openCommandLine({ answers: () => part });

    await runs("order return 1001 --items tea:1 --no-restock --reason broken --note 'in the post'");

    expect(sent[0]?.body).toEqual({
      reason: 'broken',
      note: 'in the post',
      restock: false,
      items: [{ productId: 'tea', quantity: 1 }],
    });
  });

  test.each(['ship 1001 --key mine', 'return 1001', 'return 1001 --key mine'])(
    'send nothing for "%s"',
    async (line) => {
      const { runs, sent } = openCommandLine();

      expect(await runs(`order ${line}`)).toMatchObject({ exitCode: 2 });
      expect(sent).toEqual([]);
    },
  );
});

describe('countermand order cancel', () => {
  const order = orderResource(aCancelledOrder('1001', { tea: 3 }));
  const restored = [{ productId: 'tea', quantity: 3 }];
  const cancelled = { status: 200, body: { outcome: 'cancelled', order, restored } };
  const before = { status: 200, body: { outcome: 'already_cancelled', order, restored } };

  test('cancels the order and says what came back', async () => {
    const { runs, sent } = openCommandLine({ answers: () => cancelled });

    expect(
      await runs("order cancel 1001 --reason customer --note 'too late' --no-restock"),
    ).toEqual(
      expect.objectContaining({
        exitCode: 0,
        stdout: 'Order 1001 is cancelled. Back in stock: 3 tea.\n',
      }),
    );
    expect(sent[0]).toMatchObject({
      url: 'http://localhost:3000/orders/1001/cancel',
      body: { reason: 'customer', note: 'too late', restock: false },
    });
    expect(sent[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('only tells what it would do, in a dry run', async () => {
    const { runs, sent } = openCommandLine({ answers: () => cancelled });

    expect((await runs('order cancel 1001 --dry-run')).stdout).toBe(
      'Nothing was done. This is what would be:\nOrder 1001 is cancelled. Back in stock: 3 tea.\n',
    );
    expect(sent[0]?.body).toEqual({ dryRun: true });
  });

  test.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7_200],
    ['7d', 604_800],
    ['0', 0],
  ])('cancels with a grace of %s', async (grace, graceSeconds) => {
    const held = { ...order, releaseAt: '2026-03-02T14:00:00.000Z' };
    const body = { outcome: 'cancelled', order: held, restored: [] };
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 200, body }) });

    expect((await runs(`order cancel 1001 --grace ${grace}`)).stdout).toBe(
      'Order 1001 is cancelled. It holds its units until 2026-03-02 14:00 and can be reinstated.\n',
    );
    expect(sent[0]?.body).toEqual({ graceSeconds });
  });

  test("cancels only what is pending, for a reason of the shop's own", async () => {
    const { runs, sent } = openCommandLine({ answers: () => cancelled });

    await runs('order cancel 1001 --only-if pending --reason lost_parcel');

    expect(sent[0]?.body).toEqual({ onlyIf: 'pending', reason: 'lost_parcel' });
  });

  test('tells in words what the shop has no reason for', async () => {
    const errors = [{ path: 'reason', message: 'Invalid option' }];
    const { runs } = openCommandLine({
      answers: () => refusal(400, 'validation_failed', 'The request is invalid', { errors }),
    });

    expect(await runs('order cancel 1001 --reason whim')).toMatchObject({
      exitCode: 2,
      stderr: 'The request is invalid (validation_failed).\n  reason: Invalid option\n',
    });
  });

  test.each([
    '--grace soon',
    '--grace 1w',
    '--grace -1',
    '--grace 1h --items tea:1',
    '--only-if x',
  ])('sends nothing for "%s"', async (options) => {
    const { runs, sent } = openCommandLine();

    expect(await runs(`order cancel 1001 ${options}`)).toMatchObject({ exitCode: 2 });
    expect(sent).toEqual([]);
  });

  test('says that it was cancelled before', async () => {
    const { runs } = openCommandLine({ answers: () => before });

    expect((await runs('order cancel 1001')).stdout).toMatch(/^Order 1001 was cancelled before\./);
  });

  test('does not say so after an attempt without an answer, which may have cancelled it', async () => {
    const answers = [{ status: 503 }, before];
    const { runs } = openCommandLine({ answers: () => answers.shift() ?? before });

    expect((await runs('order cancel 1001')).stdout).toMatch(/^Order 1001 is cancelled\./);
  });

  test('says that the queue will do it', async () => {
    const body = { outcome: 'accepted', orderId: '1001' };
    const { runs } = openCommandLine({ answers: () => ({ status: 202, body }) });

    const { exitCode, stdout } = await runs('order cancel 1001');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Accepted: the queue will cancel order 1001.');
  });

  test('cancels a part with a key, which it prints', async () => {
    const part = orderResource(
      anOrder('1001', [aLine('tea', 3, { reservedQuantity: 2, cancelledQuantity: 1 })]),
    );
    const body = {
      outcome: 'cancelled',
      order: part,
      restored: [{ productId: 'tea', quantity: 1 }],
    };
    const { runs, sent } = openCommandLine({ answers: () => ({ status: 200, body }) });

    expect((await runs('order cancel 1001 --items tea:1')).stdout).toBe(
      'A part of order 1001 is cancelled. Back in stock: 1 tea.\nKey: ID1\n',
    );
    expect((await runs('order cancel 1001 --items tea:1 --key mine --json')).json).toEqual({
      ...body,
      idempotencyKey: 'mine',
    });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['ID1', 'mine']);
  });

  test('refuses a key without a part', async () => {
    const { runs, sent } = openCommandLine();

    expect(await runs('order cancel 1001 --key mine')).toMatchObject({ exitCode: 2 });
    expect(sent).toEqual([]);
  });
});

describe('countermand order delete', () => {
  const gone = refusal(404, 'order_not_found', 'There is no order 1001');

  test('deletes the order', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'DELETE /orders/1001': { status: 204 } }),
    });

    expect(await runs('order delete 1001 --json')).toMatchObject({
      exitCode: 0,
      json: { deleted: '1001' },
    });
  });

  test('finds no such order', async () => {
    const { runs } = openCommandLine({ answers: () => gone });

    expect(await runs('order delete 1001')).toMatchObject({ exitCode: 1 });
  });

  test('has deleted it when an attempt without an answer is followed by no such order', async () => {
    const answers = [{ status: 503 }, gone];
    const { runs } = openCommandLine({ answers: () => answers.shift() ?? gone });

    expect(await runs('order delete 1001')).toMatchObject({
      exitCode: 0,
      stdout: 'Order 1001 is deleted.\n',
    });
  });
});
