/** What a shop says around a cancellation, over HTTP: who, not yet, take it back, too late, in parts. */
import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently } from '../support/concurrently.ts';
import type { Answer } from '../support/http.ts';
import { useSystem } from '../support/running-system.ts';
import { readWorkedTable } from '../support/worked-table.ts';

const system = useSystem();

const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  system().call('POST', path, body, headers);
const get = (path: string) => system().call('GET', path);

const offer = (id: string, stockQuantity: number) =>
  post('/products', { id, name: `The ${id}`, stockQuantity });
const order = (id: string, basket: Record<string, number>, more = {}) =>
  post('/orders', {
    id,
    items: Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity })),
    ...more,
  });

const part = (productId: string, quantity: number, more = {}) => ({
  items: [{ productId, quantity }],
  ...more,
});
const key = (name: string) => ({ 'idempotency-key': name });

const expectProblem = (answer: Answer, status: number, code: string): void => {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.contentType).toContain('application/problem+json');
};

const reserved = async (productId: string): Promise<number> =>
  (await get(`/products/${productId}`)).body.reservedQuantity;

/** How many calls ended in each way. */
const outcomes = (answers: readonly Answer[]) =>
  answers.map(({ body, status }) => body.code ?? body.outcome ?? status).sort();

describe('A cancellation with a grace', () => {
  test('can be taken back with the goods still there', async () => {
    await offer('lamp', 10);
    await order('light', { lamp: 3 });
    await post('/orders/light/confirm');

    const cancelled = await post('/orders/light/cancel', { reason: 'customer', graceSeconds: 600 });
    expect(cancelled).toMatchObject({
      status: 200,
      body: {
        outcome: 'cancelled',
        restored: [],
        order: { status: 'cancelled', cancelledBy: 'local', releaseAt: expect.any(String) },
      },
    });
    expect(await reserved('lamp')).toBe(3);
    expectProblem(await post('/orders/light/ship'), 409, 'invalid_transition');
    expectProblem(await system().call('DELETE', '/orders/light'), 409, 'order_not_deletable');

    const back = await post('/orders/light/reinstate');
    expect(back).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    expect(back.body).not.toHaveProperty('cancelledAt');
    expect(await post('/orders/light/reinstate')).toMatchObject({ status: 200, body: back.body });
    expect((await post('/orders/light/ship')).status).toBe(200);
  });

  test('is for whole orders, and for a week at most', async () => {
    await offer('bulb', 10);
    await order('dark', { bulb: 2 });

    const whole = await post('/orders/dark/cancel', { graceSeconds: 604_801 });
    expectProblem(whole, 400, 'validation_failed');
    const inPart = part('bulb', 1, { graceSeconds: 1 });
    expectProblem(await post('/orders/dark/cancel', inPart, key('k1')), 400, 'validation_failed');
  });
});

describe('A cancellation that is taken back later', () => {
  test('reserves again, all or nothing', async () => {
    await offer('desk', 3);
    await order('office', { desk: 3 });
    await post('/orders/office/cancel');
    await order('another', { desk: 1 });

    const short = await post('/orders/office/reinstate');
    expectProblem(short, 409, 'insufficient_stock');
    expect(short.body.shortages).toEqual([{ productId: 'desk', requested: 3, available: 2 }]);

    await post('/orders/another/cancel');
    await system().call('PATCH', '/products/desk', { closed: true });
    expectProblem(await post('/orders/office/reinstate'), 409, 'product_closed');
    await system().call('PATCH', '/products/desk', { closed: false });
    expect(await post('/orders/office/reinstate')).toMatchObject({
      status: 200,
      body: { status: 'pending' },
    });
    expect(await reserved('desk')).toBe(3);
    expectProblem(await post('/orders/nobody/reinstate'), 404, 'order_not_found');
    await offer('stool', 1);
    await order('fresh', { stool: 1 });
    expectProblem(await post('/orders/fresh/reinstate'), 409, 'invalid_transition');
  });

  test('and cancelled again at the same time ends in one of both, with all units accounted for', async () => {
    await offer('chair', 10);
    await order('hall', { chair: 4 });
    await post('/orders/hall/cancel', { graceSeconds: 600 });

    const answers = await concurrently([1, 2, 3, 4, 5, 6], (number) =>
      post(`/orders/hall/${number % 2 ? 'reinstate' : 'cancel'}`),
    );

    for (const { status } of answers) expect([200, 409]).toContain(status);
    const { status } = (await get('/orders/hall')).body;
    expect(await reserved('chair')).toBe(
      status === 'pending' || (await get('/orders/hall')).body.releaseAt ? 4 : 0,
    );
  });
});

describe('A lock', () => {
  test('keeps an order from being cancelled until it is unlocked', async () => {
    await offer('vase', 10);
    await order('gift', { vase: 2 });

    const locked = await post('/orders/gift/lock', { reason: 'packing' }, { 'x-actor': 'Grace' });
    expect(locked).toMatchObject({
      status: 200,
      body: { lock: { by: 'local', byStated: 'Grace', reason: 'packing' } },
    });
    expect(await post('/orders/gift/lock')).toMatchObject({ status: 200, body: locked.body });
    expectProblem(await post('/orders/gift/cancel'), 409, 'order_locked');
    expectProblem(
      await post('/orders/gift/cancel', part('vase', 1), key('k')),
      409,
      'order_locked',
    );
    expect((await post('/orders/gift/unlock')).body).not.toHaveProperty('lock');
    expect((await post('/orders/gift/cancel')).body.outcome).toBe('cancelled');
    expectProblem(await post('/orders/gift/lock'), 409, 'invalid_transition');
    expectProblem(await post('/orders/gift/unlock'), 409, 'invalid_transition');
    expectProblem(await post('/orders/nobody/lock'), 404, 'order_not_found');
  });

  test('and a cancellation at once: one of them wins', async () => {
    await offer('tureen', 10);
    await order('soup', { tureen: 1 });

    const answers = await Promise.all([post('/orders/soup/lock'), post('/orders/soup/cancel')]);

    expect([
      [200, 'order_locked'],
      ['cancelled', 'invalid_transition'],
    ]).toContainEqual(outcomes(answers));
  });
});

describe('An order', () => {
  test('can be cancelled only while nobody has confirmed it', async () => {
    await offer('cup', 10);
    await order('early', { cup: 1 });
    await order('late', { cup: 1 });
    await post('/orders/late/confirm');

    expect((await post('/orders/early/cancel', { onlyIf: 'pending' })).body.outcome).toBe(
      'cancelled',
    );
    const late = await post('/orders/late/cancel', { onlyIf: 'pending' });
    expectProblem(late, 409, 'order_not_cancellable');
  });

  test('has metadata and its own expiry, which can be changed', async () => {
    await offer('pen', 10);
    const expiresAt = '2999-01-02T03:04:05.000Z';
    const placed = await order('noted', { pen: 1 }, { metadata: { till: '4' }, expiresAt });
    expect(placed.body).toMatchObject({ metadata: { till: '4' }, expiresAt });

    const amended = await system().call('PATCH', '/orders/noted', {
      metadata: { till: '5' },
      expiresAt: '2998-01-02T03:04:05+01:00',
    });
    expect(amended).toMatchObject({
      status: 200,
      body: { metadata: { till: '5' }, expiresAt: '2998-01-02T02:04:05.000Z' },
    });
    expectProblem(await system().call('PATCH', '/orders/nobody', {}), 404, 'order_not_found');
    const wrong = { metadata: { till: 5 } };
    expectProblem(await system().call('PATCH', '/orders/noted', wrong), 400, 'validation_failed');
  });
});

describe('An order that goes out in parts', () => {
  test('ships some, cancels some, and gets some back', async () => {
    await offer('plate', 10);
    await order('table', { plate: 6 });
    expectProblem(
      await post('/orders/table/ship', part('plate', 1), key('s1')),
      409,
      'invalid_transition',
    );
    await post('/orders/table/confirm');

    expectProblem(
      await post('/orders/table/ship', part('plate', 1)),
      400,
      'idempotency_key_required',
    );
    const shipped = await post('/orders/table/ship', part('plate', 2), key('s1'));
    expect(shipped).toMatchObject({
      status: 200,
      body: { status: 'confirmed', items: [{ reservedQuantity: 4, shippedQuantity: 2 }] },
    });
    expect((await post('/orders/table/ship', part('plate', 2), key('s1'))).body).toEqual(
      shipped.body,
    );
    const again = await post('/orders/table/ship', part('plate', 3), key('s1'));
    expectProblem(again, 409, 'reference_reused');
    const more = await post('/orders/table/ship', part('plate', 5), key('s2'));
    expectProblem(more, 409, 'quantity_exceeded');
    expectProblem(
      await post('/orders/table/ship', part('jug', 1), key('s2')),
      404,
      'line_not_found',
    );
    expectProblem(await post('/orders/table/cancel'), 409, 'order_not_cancellable');

    await post('/orders/table/cancel', part('plate', 3), key('c1'));
    const last = await post('/orders/table/ship', part('plate', 1), key('s3'));
    expect(last.body).toMatchObject({
      status: 'shipped',
      items: [{ reservedQuantity: 0, shippedQuantity: 3, cancelledQuantity: 3 }],
    });

    expectProblem(
      await post('/orders/table/return', part('plate', 1)),
      400,
      'idempotency_key_required',
    );
    const returned = await post('/orders/table/return', part('plate', 2), key('r1'));
    expect(returned.body).toMatchObject({ items: [{ returnedQuantity: 2 }] });
    const lost = await post(
      '/orders/table/return',
      part('plate', 1, { restock: false }),
      key('r2'),
    );
    expect(lost.body).toMatchObject({ items: [{ returnedQuantity: 3 }] });
    const tooMany = await post('/orders/table/return', part('plate', 1), key('r3'));
    expectProblem(tooMany, 409, 'quantity_exceeded');
    const reused = await post('/orders/table/return', part('plate', 1), key('r1'));
    expectProblem(reused, 409, 'reference_reused');
    expect((await get('/products/plate')).body).toMatchObject({
      stockQuantity: 9,
      reservedQuantity: 0,
    });
  });

  test('gives each unit to one of a shipment and a cancellation', async () => {
    await offer('fork', 10);
    await order('meal', { fork: 1 });
    await post('/orders/meal/confirm');

    const answers = await Promise.all([
      post('/orders/meal/ship', part('fork', 1), key('s')),
      post('/orders/meal/cancel', part('fork', 1), key('c')),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('and all of this keeps the laws', async () => {
    await expectLawsHold(system().shop);
  });
});

describe('A dry run', () => {
  test('answers as the cancellation would, and does nothing', async () => {
    await offer('rug', 10);
    await order('floor', { rug: 2 });

    const dry = await post('/orders/floor/cancel', { dryRun: true });
    expect(dry.body).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'rug', quantity: 2 }],
    });
    const batch = await post('/cancellations', { orderIds: ['floor', 'nobody'], dryRun: true });
    expect(batch).toMatchObject({
      status: 200,
      body: {
        results: [{ outcome: 'cancelled' }, { outcome: 'order_not_found' }],
        restored: [{ productId: 'rug', quantity: 2 }],
        transactions: 1,
        writeUnits: 6,
      },
    });
    expect((await get('/orders/floor')).body.status).toBe('pending');
    expect(await reserved('rug')).toBe(2);
  });
});

describe('The worked table of README', () => {
  test('is what the system does, call after call', async () => {
    const rows = readWorkedTable('### Around a cancellation');
    expect(rows.length).toBeGreaterThan(20);
    let orderId = '';
    for (const { call, answer, product, order: expected } of rows) {
      orderId = call.body?.id ?? /orders\/(\d+)/.exec(call.path)?.[1] ?? orderId;
      const headers = call.key === undefined ? {} : key(call.key);

      const { status, body } = await system().call(call.method, call.path, call.body, headers);

      const told = body.code ?? (status === 200 ? body.outcome : undefined);
      expect({ call, answer: { status, told } }).toEqual({ call, answer });
      if (status === 202) await system().queues.untilDone();
      const { body: bowl } = await get('/products/bowl');
      const counters = [bowl.stockQuantity, bowl.reservedQuantity, bowl.availableQuantity];
      expect({ call, product: counters }).toEqual({ call, product });
      if (expected === '') continue;
      const { items, status: its } = (await get(`/orders/${orderId}`)).body;
      const [line] = items;
      const units = [
        line.reservedQuantity,
        line.shippedQuantity,
        line.cancelledQuantity,
        line.returnedQuantity,
      ];
      expect({ call, order: `${its} ${units.join(' / ')}` }).toEqual({ call, order: expected });
    }
  });
});
