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

/** Calls the function with messages m1, m2 … and returns the ids of those that failed. */
const failures = async (bodies: unknown[], context = lambdaContext({ remaining: 60_000 })) =>
  (await handler(sqsEvent(...bodies), context)).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  );

/** The same for an event. */
const failuresOf = async (event: SQSEvent) =>
  (await handler(event, lambdaContext({ remaining: 60_000 }))).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  );

/** A batch of messages with this receive count. */
const received = (receives: number, ...bodies: unknown[]): SQSEvent => ({
  Records: sqsEvent(...bodies).Records.map((record) => ({
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
  })),
});

const cancel = (orderId: string) => ({ orderId });

describe('A batch of messages', () => {
  test('is done if all its orders are cancelled or not cancellable', async () => {
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

  test('keeps the reason and the note of a message', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures([{ orderId: 'o1', reason: 'expired', note: 'after 30 minutes' }]);

    expect(await shop.order('o1')).toMatchObject({
      cancellationReason: 'expired',
      cancellationNote: 'after 30 minutes',
    });
  });

  test('keeps of each whether its goods go back on the shelf', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 3 })] });

    await failures([{ orderId: 'o1', restock: false }, cancel('o2')]);

    expect(await shop.order('o1')).toHaveProperty('restock', false);
    expect(await shop.order('o2')).not.toHaveProperty('restock');
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 103, reservedQuantity: 0 });
  });

  test('may be empty', async () => {
    expect(await failures([])).toEqual([]);
    expect(wire().sent).toEqual([]);
  });

  test('of 1,000 orders is cancelled completely', async () => {
    const orders = Array.from({ length: 1_000 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
    const shop = openShop({ orders });

    expect(await failures(orders.map(({ id }) => cancel(id)))).toEqual([]);

    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    await expectLawsHold(shop);
  });
});

describe('A malformed message fails alone, and is logged', () => {
  test.each([
    ['no JSON', 'cancel o1 please'],
    ['half of JSON', '{"orderId":"o1"'],
    ['an empty body', ''],
    ['null', 'null'],
    ['a list', ['o1']],
    ['a list of messages', [{ orderId: 'o1' }]],
    ['a string', '"o1"'],
    ['a number', '1'],
    ['no order', {}],
    ['null for an order', { orderId: null }],
    ['a fraction for an order id', { orderId: 1.5 }],
    ['a negative order id', { orderId: -1 }],
    ['an order id above the safe integers', '{"orderId":9007199254740993}'],
    ['two dots for an order id', { orderId: '..' }],
    ['an id with a space', { orderId: 'o 1' }],
    ['an empty id', { orderId: '' }],
    ['an id that is too long', { orderId: 'x'.repeat(65) }],
    ['items', { orderId: 'o1', items: [{ productId: 'mug', quantity: 1 }] }],
    ['an empty list of items', { orderId: 'o1', items: [] }],
    ['an unknown reason', { orderId: 'o1', reason: 'boredom' }],
    ['a number for a note', { orderId: 'o1', note: 5 }],
    ['a note with a control character', { orderId: 'o1', note: 'a\u0000' }],
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

  test('a batch of malformed messages sends no request to DynamoDB', async () => {
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
      'null for all optional fields',
      { orderId: 'o1', reason: null, note: null, restock: null },
      'o1',
    ],
    ['null for items', { orderId: 'o1', items: null }, 'o1'],
    ['an unknown field createdAt', { orderId: 'o1', createdAt: NOW }, 'o1'],
    ['a note of blanks', { orderId: 'o1', note: ' \t ' }, 'o1'],
    ['an envelope of SNS', { Type: 'Notification', Message: '{"orderId":"o1"}' }, 'o1'],
    ['a byte-order mark', '\ufeff{"orderId":"o1"}', 'o1'],
    ['a prototype', '{"orderId":"o1","__proto__":{"reason":"staff"}}', 'o1'],
  ])('if it has %s', async (_, body, orderId) => {
    const shop = openShop({ orders: [anOrder(orderId, { mug: 2 })] });

    expect(await failures([body])).toEqual([]);

    expect((await shop.order(orderId)).status).toBe('cancelled');
    expect(await shop.order(orderId)).not.toHaveProperty('cancellationReason');
    expect(await shop.order(orderId)).not.toHaveProperty('cancellationNote');
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 102, reservedQuantity: 0 });
  });
});

describe('A message whose order cannot be cancelled now fails alone', () => {
  test('if the order does not exist yet', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('nobody'), cancel('o1')])).toEqual(['m1']);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('if a transaction of the order fails unexpectedly', async () => {
    // Prepare: every transaction with o2 fails
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

  test('if the row of the order is damaged', async () => {
    const shop = openShop({ orders: [anOrder('o2', { mug: 2 })] });
    await shop.has({ ...anOrder('o1', { mug: 1 }), items: [null as never] });

    expect(await failures([cancel('o1'), cancel('o2')])).toEqual(['m1']);
    expect((await shop.order('o2')).status).toBe('cancelled');
  });

  test('if no time is left', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('o1')], lambdaContext({ remaining: 300 }))).toEqual(['m1']);
    expect((await shop.order('o1')).status).toBe('pending');
  });

  test('if only the time is left that the report of 1,000 messages takes', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const bodies = Array.from({ length: 1_000 }, () => cancel('o1'));

    expect(await failures(bodies, lambdaContext({ remaining: 3_400 }))).toHaveLength(1_000);
    expect((await shop.order('o1')).status).toBe('pending');
    expect(await failures([cancel('o1')], lambdaContext({ remaining: 3_400 }))).toEqual([]);
  });

  test('with all its duplicates', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    const failed = await failures([cancel('nobody'), cancel('o1'), cancel('nobody')]);

    expect(failed).toEqual(['m1', 'm3']);
  });
});

describe('A message for an unknown order', () => {
  test.each([
    [1, ['m1']],
    [2, ['m1']],
    [3, []],
    [4, []],
  ])('at receive %i leads to the failures %j', async (receives, undone) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const event = received(receives, cancel('typo'), cancel('o1'));

    expect(await failuresOf(event)).toEqual(undone);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('is counted and logged at its third receive', async () => {
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

describe('A message with the creation time of its order', () => {
  test('cancels that order', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([{ orderId: 'o1', orderCreatedAt: EARLIER }])).toEqual([]);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('does not cancel another order that has the id now', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([{ orderId: 'o1', orderCreatedAt: NOW }])).toEqual(['m1']);
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', version: 1 });
  });
});

describe('A message from before its order was reinstated', () => {
  const reinstated = () =>
    openShop({
      orders: [anOrder('o1', { mug: 2 }, { round: 2, roundSince: NOW })],
    });
  /** A message of which SQS says that it was sent then, and SNS or who has sent it anew. */
  const sent = (at: string, { envelope, attribute }: Partial<Record<string, string>> = {}) => {
    const body = envelope
      ? { Type: 'Notification', Message: '{"orderId":"o1"}', Timestamp: envelope }
      : cancel('o1');
    return {
      Records: sqsEvent(body).Records.map((record) => ({
        ...record,
        attributes: { ...record.attributes, SentTimestamp: String(Date.parse(at)) },
        messageAttributes: attribute
          ? { sentAt: { dataType: 'String' as const, stringValue: attribute } }
          : {},
      })),
    };
  };
  const LATER = '2026-03-02T12:00:00.001Z';

  test.each([
    ['by the queue', sent(EARLIER)],
    ['by SNS, which has delivered it since', sent(LATER, { envelope: EARLIER })],
    ['at first, and anew since', sent(LATER, { attribute: EARLIER })],
  ])('that was sent %s, is done and cancels nothing', async (_, event) => {
    const shop = reinstated();

    expect(await failuresOf(event)).toEqual([]);
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', version: 1 });
    expect(log().metrics()).toMatchObject({ OrdersAlreadyCancelled: 1 });
  });

  test.each([
    ['and was sent since', sent(LATER)],
    [
      'and says that it was sent later than it was',
      sent(LATER, { attribute: '2026-04-01T00:00:00Z' }),
    ],
    ['and says nonsense about when', sent(LATER, { attribute: 'then', envelope: 'now' })],
  ])('is another one than one that is about this round %s', async (_, event) => {
    const shop = reinstated();

    expect(await failuresOf(event)).toEqual([]);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('that names the round which its sender saw, is done and cancels nothing', async () => {
    const shop = reinstated();

    expect(await failures([{ orderId: 'o1', orderRound: 1 }])).toEqual([]);
    expect((await shop.order('o1')).status).toBe('pending');
    expect(await failures([{ orderId: 'o1', orderRound: 2 }])).toEqual([]);
    expect((await shop.order('o1')).status).toBe('cancelled');
  });
});

describe('A failed message comes back', () => {
  test('after a delay that doubles with each receive, up to a minute', async () => {
    openShop();

    for (const receives of [1, 2]) await failuresOf(received(receives, cancel('typo')));
    const early = queue.returned();
    // The order of this message exists, but its transactions fail.
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

  test('at once if it is malformed', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures(['x', cancel('o1'), 'y']);

    expect(queue.returned()).toEqual({ r1: 0, r3: 0 });
  });

  test('but a message that is done does not', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await failures([cancel('o1')]);

    expect(queue.calls()).toEqual([]);
  });

  test('after a delay even if the time for cancellations was up', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await failures([cancel('o1')], lambdaContext({ remaining: 1_400 }))).toEqual(['m1']);
    expect(queue.returned()).toEqual({ r1: expect.any(Number) });
  });

  test('late if the queue refuses the delay, and is still reported as failed', async () => {
    openShop();
    queue.on(ChangeMessageVisibilityBatchCommand).rejects(new Error('out of the blue'));

    expect(await failures([cancel('nobody')])).toEqual(['m1']);
    expect(log().messages()).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: 'failed messages come back late' }),
    );
  });
});

test('Of 150 orders, 50 that cannot be read fail only their own messages', async () => {
  // Prepare: the second batch read of 150 orders fails
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
  test('cancel it once, and all of them are done', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    expect(await failures([cancel('o1'), cancel('o1'), cancel('o1')])).toEqual([]);

    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    expect(wire().writes()).toHaveLength(1);
    expect(log().metrics()).toMatchObject({ OrdersCancelled: 1, OrdersAlreadyCancelled: 2 });
  });

  test('cancel it once, even in concurrent invocations', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    await Promise.all([failures([cancel('o1')]), failures([cancel('o1')])]);
    await failures([cancel('o1')]);

    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    await expectLawsHold(shop);
  });
});

describe('The metrics and the log of a batch', () => {
  test('have the counts of all orders and a line for each', async () => {
    // Prepare: o1 has drift
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
      OrdersUnfinished: 0,
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
