import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, anOrder, EARLIER, NOW, TABLES } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { actionsOf, always, isTransaction, refusedWith, type When } from '../../support/faults.ts';
import { lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, wire, queue, log } = functionTests();
const { handler } = await import('../../../functions/cancel-orders.ts');

/** Hands over a batch of messages m1, m2 … and tells which of them have failed. */
const failures = async (bodies: unknown[], context = lambdaContext({ remaining: 60_000 })) =>
  (await handler(sqsEvent(...bodies), context)).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  );

/** The same for an event. */
const failuresOf = async (event: SQSEvent) =>
  (await handler(event, lambdaContext({ remaining: 60_000 }))).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  );

/** A batch of messages that are received for so many times now. */
const received = (receives: number, ...bodies: unknown[]): SQSEvent => ({
  Records: sqsEvent(...bodies).Records.map((record) => ({
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
  })),
});

const cancel = (orderId: string) => ({ orderId });

describe('A batch of cancellations', () => {
  test('is done when every order is, one way or another', async () => {
    // Prepare
    const shop = openShop({
      orders: [
        anOrder('o1', { mug: 2 }),
        anOrder('o2', { mug: 3 }, { status: 'confirmed' }),
        aCancelledOrder('o3', { mug: 1 }),
        anOrder('o4', { mug: 1 }, { status: 'shipped' }),
        anOrder('o5', { mug: 1 }, { status: 'delivered' }),
      ],
    });

    // Act
    const failed = await failures(['o1', 'o2', 'o3', 'o4', 'o5'].map(cancel));

    // Assess
    expect(failed).toEqual([]);
    expect((await shop.order('o1')).status).toBe('cancelled');
    expect((await shop.order('o2')).status).toBe('cancelled');
    expect((await shop.order('o4')).status).toBe('shipped');
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });

  test('keeps reason and note of each', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures([{ orderId: 'o1', reason: 'expired', note: 'after 30 minutes' }]);

    expect(await shop.order('o1')).toMatchObject({
      cancellationReason: 'expired',
      cancellationNote: 'after 30 minutes',
    });
  });

  test('may be empty', async () => {
    expect(await failures([])).toEqual([]);
    expect(wire().sent).toEqual([]);
  });

  test('of a thousand is cancelled as a whole', async () => {
    const orders = Array.from({ length: 1_000 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
    const shop = openShop({ orders });

    expect(await failures(orders.map(({ id }) => cancel(id)))).toEqual([]);

    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    await expectLawsHold(shop);
  });
});

describe('A message that asks for nothing we understand fails alone', () => {
  test.each([
    ['no JSON', 'cancel o1 please'],
    ['half of JSON', '{"orderId":"o1"'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', ['o1']],
    ['a list of messages', [{ orderId: 'o1' }]],
    ['a string', '"o1"'],
    ['a number', '1'],
    ['no order', {}],
    ['null for an order', { orderId: null }],
    ['half an order', { orderId: 1.5 }],
    ['a negative order', { orderId: -1 }],
    ['an order beyond counting', '{"orderId":9007199254740993}'],
    ['a parent folder for an order', { orderId: '..' }],
    ['a strange id', { orderId: 'o 1' }],
    ['an empty id', { orderId: '' }],
    ['an id that is too long', { orderId: 'x'.repeat(65) }],
    ['units of its own', { orderId: 'o1', items: [{ productId: 'mug', quantity: 1 }] }],
    ['no units', { orderId: 'o1', items: [] }],
    ['an unknown reason', { orderId: 'o1', reason: 'boredom' }],
    ['a number for a note', { orderId: 'o1', note: 5 }],
    ['a note that nobody can keep', { orderId: 'o1', note: 'a\u0000' }],
    ['a huge note', { orderId: 'o1', note: 'x'.repeat(200_000) }],
    [
      'very many fields',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n])),
    ],
    ['very deep lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['an empty envelope of SNS', { Type: 'Notification', Message: '' }],
  ])('%s', async (_, body) => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 3 })] });

    // Act
    const failed = await failures([cancel('o2'), body]);

    // Assess
    expect(failed).toEqual(['m2']);
    expect((await shop.order('o1')).status).toBe('pending');
    expect((await shop.order('o2')).status).toBe('cancelled');
    expect(log().messages()).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: 'malformed message', correlationId: 'm2' }),
    );
  });

  test('a batch of nothing else asks DynamoDB for nothing', async () => {
    expect(await failures(['x', 'y'])).toEqual(['m1', 'm2']);
    expect(wire().sent).toEqual([]);
  });
});

describe('A message cancels its order', () => {
  test.each([
    ['a number for an id', { orderId: 4711 }, '4711'],
    ['the number 0 for an id', { orderId: 0 }, '0'],
    ['a trace id', { orderId: 'o1', traceId: 'x', meta: { deep: [] } }, 'o1'],
    [
      'nothing said of its fields',
      { orderId: 'o1', reason: null, note: null, restock: null },
      'o1',
    ],
    ['nothing said of units', { orderId: 'o1', items: null }, 'o1'],
    ['a time of its own', { orderId: 'o1', createdAt: NOW }, 'o1'],
    ['a note of blanks', { orderId: 'o1', note: ' \t ' }, 'o1'],
    ['an envelope of SNS', { Type: 'Notification', Message: '{"orderId":"o1"}' }, 'o1'],
    ['a byte-order mark', '\ufeff{"orderId":"o1"}', 'o1'],
    ['a prototype', '{"orderId":"o1","__proto__":{"reason":"staff"}}', 'o1'],
  ])('that has %s', async (_, body, orderId) => {
    const shop = openShop({ orders: [anOrder(orderId, { mug: 2 })] });

    expect(await failures([body])).toEqual([]);

    expect((await shop.order(orderId)).status).toBe('cancelled');
    expect(await shop.order(orderId)).not.toHaveProperty('cancellationReason');
    expect(await shop.order(orderId)).not.toHaveProperty('cancellationNote');
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 102, reservedQuantity: 0 });
  });
});

describe('A message whose order cannot be cancelled now fails alone', () => {
  test('because there is no such order yet', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('nobody'), cancel('o1')])).toEqual(['m1']);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('because something unexpected happened to it', async () => {
    // Prepare: whatever concerns o2 goes wrong
    const shop = openShop({ orders: ['o1', 'o2', 'o3'].map((id) => anOrder(id, { [id]: 1 })) });
    const concernsO2: When = (request) => isTransaction(request) && request.bytes.includes('"o2"');
    wire().use(always(concernsO2, refusedWith('Surprise', 400, 'out of the blue')));

    // Act
    const failed = await failures(['o1', 'o2', 'o3'].map(cancel));

    // Assess
    expect(failed).toEqual(['m2']);
    expect((await shop.order('o1')).status).toBe('cancelled');
    expect((await shop.order('o2')).status).toBe('pending');
    expect((await shop.order('o3')).status).toBe('cancelled');
    expect(log().messages()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        orderId: 'o2',
        outcome: 'failed',
        correlationId: 'm2',
        error: expect.objectContaining({ message: expect.stringContaining('out of the blue') }),
      }),
    );
  });

  test('because a line of it is missing', async () => {
    const shop = openShop({ orders: [anOrder('o2', { mug: 2 })] });
    await shop.has({ ...anOrder('o1', { mug: 1 }), items: [null as never] });

    expect(await failures([cancel('o1'), cancel('o2')])).toEqual(['m1']);
    expect((await shop.order('o2')).status).toBe('cancelled');
  });

  test('because the time was up', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('o1')], lambdaContext({ remaining: 300 }))).toEqual(['m1']);
    expect((await shop.order('o1')).status).toBe('pending');
  });

  test('and fails with all its duplicates', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    const failed = await failures([cancel('nobody'), cancel('o1'), cancel('nobody')]);

    expect(failed).toEqual(['m1', 'm3']);
  });
});

describe('An order that nobody knows', () => {
  test.each([
    [1, ['m1']],
    [2, ['m1']],
    [3, []],
    [4, []],
  ])('at receive %i leaves undone %j', async (receives, undone) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const event = received(receives, cancel('typo'), cancel('o1'));

    expect(await failuresOf(event)).toEqual(undone);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('is counted and logged once it is given up', async () => {
    openShop();

    await failuresOf(received(2, cancel('typo')));
    await failuresOf(received(3, cancel('typo')));

    expect(log().metrics()).toMatchObject({ OrdersUnknown: 1 });
    expect(log().messages()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: 'cancellation of an unknown order',
        orderId: 'typo',
        correlationId: 'm1',
      }),
    );
  });
});

describe('A message that names the order by when it was placed', () => {
  test('cancels this order', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([{ orderId: 'o1', orderCreatedAt: EARLIER }])).toEqual([]);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('spares another that has its id now', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([{ orderId: 'o1', orderCreatedAt: NOW }])).toEqual(['m1']);
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', version: 1 });
  });
});

describe('What has failed comes back', () => {
  test('after a time that doubles with each receive, up to a minute', async () => {
    openShop();

    for (const receives of [1, 2]) await failuresOf(received(receives, cancel('typo')));
    const early = queue.returned();
    // The order of this one is there, but nothing can be done.
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    wire().use(always(isTransaction, refusedWith('Surprise')));
    const late: number[] = [];
    for (const receives of [5, 6, 14]) {
      await failuresOf(received(receives, cancel('o1')));
      late.push(queue.returned().r1 ?? Number.NaN);
    }

    expect(early.r1).toBeGreaterThanOrEqual(2);
    expect(early.r1).toBeLessThanOrEqual(4);
    for (const [index, [least, most]] of [
      [16, 32],
      [30, 60],
      [30, 60],
    ].entries()) {
      expect(late[index]).toBeGreaterThanOrEqual(least ?? Number.NaN);
      expect(late[index]).toBeLessThanOrEqual(most ?? Number.NaN);
    }
  });

  test('at once when it asks for nothing we understand', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures(['x', cancel('o1'), 'y']);

    expect(queue.returned()).toEqual({ r1: 0, r3: 0 });
  });

  test('and nothing comes back of what is done', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures([cancel('o1')]);

    expect(queue.calls()).toEqual([]);
  });

  test('although the time for the work was up', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('o1')], lambdaContext({ remaining: 1_400 }))).toEqual(['m1']);
    expect(queue.returned()).toEqual({ r1: expect.any(Number) });
  });

  test('later, and is reported as failed all the same, when the queue does not answer', async () => {
    openShop();
    queue.on(ChangeMessageVisibilityBatchCommand).rejects(new Error('out of the blue'));

    expect(await failures([cancel('nobody')])).toEqual(['m1']);
    expect(log().messages()).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: 'failed messages come back late' }),
    );
  });
});

test('Orders that cannot be read cost only their own messages a turn', async () => {
  // Prepare: of 150 orders the second part does not get read
  const orders = Array.from({ length: 150 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
  const shop = openShop({ orders });
  const readsTheLast: When = ({ operation, bytes }) =>
    operation === 'BatchGetItem' && bytes.includes('"o149"');
  wire().use(always(readsTheLast, refusedWith('Surprise')));

  // Act
  const failed = await failures(orders.map(({ id }) => cancel(id)));

  // Assess
  expect(failed).toEqual(orders.slice(100).map((_, index) => `m${index + 101}`));
  expect((await shop.product('mug')).reservedQuantity).toBe(50);
  expect(log().metrics()).toMatchObject({ OrdersCancelled: 100 });
});

describe('Several messages for one order', () => {
  test('cancel it once and are all done', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    expect(await failures([cancel('o1'), cancel('o1'), cancel('o1')])).toEqual([]);

    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    expect(wire().writes()).toHaveLength(1);
    expect(log().metrics()).toMatchObject({ OrdersCancelled: 1, OrdersAlreadyCancelled: 2 });
  });

  test('in several batches cancel it once', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    await Promise.all([failures([cancel('o1')]), failures([cancel('o1')])]);
    await failures([cancel('o1')]);

    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    await expectLawsHold(shop);
  });
});

describe('What a batch tells operations', () => {
  test('are a line for each order and the counts of all', async () => {
    // Prepare: mugs have drifted
    openShop({
      orders: [
        anOrder('o1', { mug: 5 }),
        anOrder('o2', { cup: 1 }),
        aCancelledOrder('o3', { cup: 1 }),
        anOrder('o4', { cup: 1 }, { status: 'shipped' }),
      ],
      products: { mug: { stock: 10, reserved: 2 } },
    });

    // Act
    await failures(['o1', 'o2', 'o3', 'o4', 'nobody'].map(cancel));

    // Assess
    expect(log().metrics()).toEqual({
      OrdersCancelled: 2,
      OrdersAlreadyCancelled: 1,
      OrdersNotCancellable: 1,
      ConflictsRetried: 0,
      StockDrift: 3,
    });
    expect(
      log()
        .messages()
        .map(({ level, orderId, outcome, correlationId, drift }) => [
          level,
          orderId,
          outcome,
          correlationId,
          drift,
        ]),
    ).toEqual([
      ['WARN', 'o1', 'cancelled', 'm1', 3],
      ['INFO', 'o2', 'cancelled', 'm2', undefined],
      ['INFO', 'o3', 'already_cancelled', 'm3', undefined],
      ['INFO', 'o4', 'not_cancellable', 'm4', undefined],
      ['INFO', 'nobody', 'not_found', 'm5', undefined],
    ]);
  });
});

describe('A batch with much to write', () => {
  const ids = numbered('o', 120);
  const orders = ids.map((id) => anOrder(id, { mug: 1 }));
  const isTurn: When = (request) => actionsOf(request).some(({ table }) => table === TABLES.turns);

  test('takes a turn, and gives it back', async () => {
    const shop = openShop({ orders });

    expect(await failures(ids.map(cancel))).toEqual([]);

    const writes = wire().writes();
    expect(writes.findIndex(isTurn)).toBe(0);
    expect(writes.filter((request) => !isTurn(request))).toHaveLength(3);
    expect(shop.db.get(TABLES.turns, { id: 'writing' })).toEqual({
      id: 'writing',
      writeId: expect.any(String),
    });
  });

  test('is done without a turn if none can be had, which operations are told', async () => {
    const shop = openShop({ orders });
    wire().use(always(isTurn, refusedWith('AccessDeniedException')));

    expect(await failures(ids.map(cancel))).toEqual([]);

    await expectLawsHold(shop);
    expect(log().messages()).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: 'writes without a turn' }),
    );
  });
});
