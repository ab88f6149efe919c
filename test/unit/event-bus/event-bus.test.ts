import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { createEventBus } from '../../../lib/event-bus/event-bus.ts';
import { entryBytes, packEntries } from '../../../lib/event-bus/pack-entries.ts';
import { type CloudEvent, orderEvent } from '../../../lib/events/cloud-event.ts';
import { aLine, anOrder } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import {
  answerLost,
  type BusFault,
  createFakeEventBridge,
  refused,
  throttled,
} from '../../support/fake-event-bridge.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const event = (id: string, lines = 1): CloudEvent => {
  const items = Array.from({ length: lines }, (_, index) =>
    aLine(String(index).padStart(64, 'x'), 1),
  );
  const placed = orderEvent({ after: anOrder(id, items) });
  if (!placed) throw new Error('There is no event');
  return placed;
};

const openBus = () => {
  const bridge = createFakeEventBridge();
  const client = new EventBridgeClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' },
    maxAttempts: 1,
    requestHandler: { handle: bridge.handle } as never,
  });
  return { bridge, bus: createEventBus(client, 'events', unitRuntime()) };
};

const plenty = () => 60_000;

describe('Events', () => {
  test('go out ten in a request', async () => {
    const { bridge, bus } = openBus();
    const events = numbered('o', 25).map((id) => event(id));

    const answers = await bus.put(events, plenty);

    expect(answers).toEqual(events.map(() => undefined));
    expect(bridge.requests.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(bridge.ids().sort()).toEqual(events.map(({ id }) => id).sort());
  });

  test('go out in less than 256 KB in a request', async () => {
    const { bridge, bus } = openBus();
    const events = numbered('o', 4).map((id) => event(id, 500));

    expect(await bus.put(events, plenty)).toEqual(events.map(() => undefined));
    expect(bridge.requests.map(({ length }) => length)).toEqual([2, 2]);
  });

  test('are divided by their bytes, not by their characters', () => {
    const entry = (text: string) => ({ Source: 's', DetailType: 't', Detail: text });

    expect(entryBytes({ ...entry('ä€😀'), Time: new Date(0) })).toBe(1 + 1 + 2 + 3 + 4 + 14);
    // Exactly at the limit is too much for EventBridge.
    const half = 128 * 1_024 - 2;
    expect(packEntries([entry('x'.repeat(half)), entry('x'.repeat(half))])).toHaveLength(2);
    expect(packEntries([entry('x'.repeat(half)), entry('x'.repeat(half - 1))])).toHaveLength(1);
    expect(packEntries([])).toEqual([]);
  });

  test('have the type and the time where rules of EventBridge look for them', async () => {
    const { bridge, bus } = openBus();
    let entries: unknown;
    const look: BusFault = (take, asked) => {
      entries = asked;
      return take();
    };
    bridge.next(look);
    const placed = event('o1');

    await bus.put([placed], plenty);

    expect(entries).toEqual([
      {
        EventBusName: 'events',
        Source: 'countermand',
        DetailType: 'order.placed',
        Detail: JSON.stringify(placed),
        Time: Date.parse(placed.time) / 1_000,
      },
    ]);
  });
});

describe('What the bus does not take', () => {
  test.each([
    ['ThrottlingException', 'passing'],
    ['InternalFailure', 'passing'],
    ['InternalException', 'passing'],
    ['AccessDeniedException', 'refused'],
    ['NotAuthorizedForSourceException', 'refused'],
    ['MalformedDetail', 'unacceptable'],
    ['InvalidArgument', 'unacceptable'],
  ])('is told event by event: %s is %s', async (code, kind) => {
    const { bridge, bus } = openBus();
    bridge.rejects(({ id }) => (id === 'order.b.1' ? code : undefined));

    const answers = await bus.put([event('a'), event('b'), event('c')], plenty);

    expect(answers).toEqual([undefined, { code, kind }, undefined]);
    expect(bridge.ids()).toEqual(['order.a.1', 'order.c.1']);
  });

  test.each<[string, BusFault, string, string]>([
    ['is throttled', throttled, 'ThrottlingException', 'passing'],
    ['meets an error of AWS', refused('InternalException', 500), 'InternalException', 'passing'],
    ['loses its answer', answerLost, 'Error', 'passing'],
    ['is not allowed', refused('AccessDeniedException'), 'AccessDeniedException', 'refused'],
    ['finds no bus', refused('ResourceNotFoundException'), 'ResourceNotFoundException', 'refused'],
  ])('is the whole request if it %s', async (_, fault, code, kind) => {
    const { bridge, bus } = openBus();
    bridge.next(fault);

    const answers = await bus.put([event('a'), event('b')], plenty);

    expect(answers).toEqual([
      { code, kind },
      { code, kind },
    ]);
    expect(bridge.requests).toHaveLength(1);
  });

  test('is found by sending each alone if the whole request is not valid', async () => {
    const { bridge, bus } = openBus();
    const isBad: BusFault = (take, entries) =>
      entries.some(({ Detail }) => Detail.includes('order.b.1'))
        ? refused('ValidationException')(take, entries)
        : take();
    bridge.use(isBad);

    const answers = await bus.put([event('a'), event('b'), event('c')], plenty);

    expect(answers).toEqual([
      undefined,
      { code: 'ValidationException', kind: 'unacceptable' },
      undefined,
    ]);
  });

  test('is what the bus did not answer for', async () => {
    const { bridge, bus } = openBus();
    bridge.next(() => ({ status: 200, body: { FailedEntryCount: 0, Entries: [] } }));

    expect(await bus.put([event('a')], plenty)).toEqual([{ code: 'NoAnswer', kind: 'passing' }]);
  });

  test('is what the time is up for', async () => {
    const { bridge, bus } = openBus();
    bridge.next(() => Promise.reject(Object.assign(new Error('aborted'), { name: 'AbortError' })));

    expect(await bus.put([event('a')], () => 0)).toEqual([{ code: 'AbortError', kind: 'passing' }]);
  });
});
