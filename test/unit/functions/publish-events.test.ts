import '../../support/unit-environment.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { aCancelledOrder, anOrder, aProduct, EARLIER, TABLES } from '../../support/builders.ts';
import {
  answerLost,
  createFakeEventBridge,
  type FakeEventBridge,
  refused,
  throttled,
} from '../../support/fake-event-bridge.ts';
import { connectSdkTo } from '../../support/sdk-connections.ts';
import { orderRecord, productRecord, sequenceNumber, streamRecord } from '../../support/streams.ts';
import { captureLog } from '../../support/unit-console.ts';
import { lambdaContext } from '../../support/unit-events.ts';

const { handler } = await import('../../../functions/publish-events.ts');

let bridge: FakeEventBridge;
let log: ReturnType<typeof captureLog>;
let disconnect: () => void;

beforeEach(() => {
  bridge = createFakeEventBridge();
  disconnect = connectSdkTo(bridge.handle);
  log = captureLog();
});

afterEach(() => {
  log.restore();
  disconnect();
});

const now = () => new Date().toISOString();

/** A confirmation, committed just now. */
const confirmation = (id: string, version: number, index: number): DynamoDBRecord => {
  const before = anOrder(id, { mug: 1 }, { version: version - 1, cancellationNote: 'PRIVATE' });
  const after = { ...before, status: 'confirmed' as const, version };
  return orderRecord({ before, after }, index, now());
};

const publish = (records: readonly DynamoDBRecord[], remaining = 30_000) =>
  handler({ Records: [...records] }, lambdaContext({ remaining }));

const failed = (index: number) => ({
  batchItemFailures: [{ itemIdentifier: sequenceNumber(index) }],
});
const NONE_FAILED = { batchItemFailures: [] };

describe('A batch of stream records', () => {
  test('of orders and products is told to the bus, and counted', async () => {
    const records = [
      orderRecord({ after: anOrder('o1', { mug: 2 }) }, 0, EARLIER),
      productRecord(
        {
          before: aProduct('mug', { stock: 2 }),
          after: aProduct('mug', { stock: 2, reserved: 2 }),
        },
        1,
      ),
      orderRecord({ before: aCancelledOrder('o2', { mug: 1 }) }, 2),
    ];

    expect(await publish(records)).toEqual(NONE_FAILED);
    expect(bridge.ids()).toEqual(['order.o1.1', `product.mug.${sequenceNumber(1)}`]);
    expect(log.metrics()).toMatchObject({ EventsPublished: 2, EventsDelayed: 0, EventsGivenUp: 0 });
    expect(log.metrics().EventAge).toBeGreaterThan(60_000);
    expect(log.messages()).toContainEqual(
      expect.objectContaining({
        message: 'event',
        id: 'order.o1.1',
        type: 'order.placed',
        sequenceNumber: sequenceNumber(0),
        correlationId: 'aws-request-id',
      }),
    );
  });

  test('is logged under the call that made it, beside the invocation', async () => {
    const placed = anOrder('o1', { mug: 2 }, { correlationId: 'basket-17' });

    await publish([orderRecord({ after: placed }, 0, EARLIER)]);

    expect(log.messages()).toMatchObject([
      {
        message: 'event',
        id: 'order.o1.1',
        correlationId: 'basket-17',
        requestId: 'aws-request-id',
      },
    ]);
  });

  test('without any event costs no request', async () => {
    expect(
      await publish([productRecord({ before: aProduct('mug'), after: aProduct('mug') })]),
    ).toEqual(NONE_FAILED);
    expect(bridge.requests).toEqual([]);
    expect(log.metrics()).not.toHaveProperty('EventAge');
  });

  test('is repeated by the function as long as the bus throttles for a moment', async () => {
    bridge.next(throttled, answerLost);

    expect(await publish([confirmation('a', 2, 0), confirmation('a', 3, 1)])).toEqual(NONE_FAILED);
    // The lost answer was about an event that the bus had.
    expect(bridge.ids()).toEqual(['order.a.2', 'order.a.2', 'order.a.3']);
  });

  test('is repeated by Lambda from the first record that failed, of whatever order', async () => {
    bridge.rejects(({ id }) => (id === 'order.b.2' ? 'AccessDeniedException' : undefined));
    const records = [
      confirmation('a', 2, 0),
      confirmation('b', 2, 1),
      confirmation('b', 3, 2),
      confirmation('c', 2, 3),
    ];

    expect(await publish(records)).toEqual(failed(1));
    expect(bridge.ids()).toEqual(['order.a.2', 'order.c.2']);
    expect(log.metrics()).toMatchObject({ EventsPublished: 2, EventsDelayed: 2 });
    expect(log.messages()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: 'events delayed',
        aggregate: 'order.b',
        events: 2,
        problems: { AccessDeniedException: 1 },
      }),
    );
  });

  test('is answered in time when the bus does not take it', async () => {
    bridge.use(throttled);

    expect(await publish([confirmation('a', 2, 0), confirmation('b', 2, 1)], 600)).toEqual(
      failed(0),
    );
    expect(bridge.ids()).toEqual([]);
  });

  test('is not begun when no time is left', async () => {
    expect(await publish([confirmation('a', 2, 0)], 500)).toEqual(failed(0));
    expect(bridge.requests).toEqual([]);
  });

  test('waits while the bus is not allowed, and loses nothing', async () => {
    bridge.use(refused('AccessDeniedException'));
    const records = [confirmation('a', 2, 0), confirmation('b', 2, 1)];

    expect(await publish(records)).toEqual(failed(0));

    bridge.use(undefined);
    expect(await publish(records)).toEqual(NONE_FAILED);
    expect(bridge.ids()).toEqual(['order.a.2', 'order.b.2']);
  });
});

describe('A row that cannot be read', () => {
  const damaged = (at: string) =>
    streamRecord({ table: TABLES.orders, after: { id: 'o1', note: 'PRIVATE' } }, 0, at);

  test('holds the stream up for a moment, because a deployment may be under way', async () => {
    expect(await publish([damaged(now()), confirmation('b', 2, 1)])).toEqual(failed(0));
    expect(bridge.ids()).toEqual(['order.b.2']);
    expect(log.messages()).toContainEqual(
      expect.objectContaining({ message: 'events delayed', damage: expect.stringMatching(/o1/) }),
    );
  });

  test('does not hold it up for good, and is told', async () => {
    expect(await publish([damaged(EARLIER), confirmation('b', 2, 1)])).toEqual(NONE_FAILED);
    expect(log.metrics()).toMatchObject({ EventsPublished: 1, EventsGivenUp: 1 });
    expect(log.messages()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'event given up',
        aggregate: 'order.o1',
        sequenceNumber: sequenceNumber(0),
        why: expect.stringMatching(/^order o1 is damaged: /),
      }),
    );
  });
});

test('The log never has what an order contains', async () => {
  bridge.next(throttled);
  await publish([confirmation('a', 2, 0)]);

  expect(log.text()).not.toContain('PRIVATE');
  expect(log.text()).not.toContain('mug');
});
