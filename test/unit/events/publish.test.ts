import { describe, expect, test } from '@jest/globals';
import { orderEvent } from '../../../lib/events/cloud-event.ts';
import {
  type EventBus,
  type NotTaken,
  PATIENCE_MS,
  publish,
  type StreamRecord,
} from '../../../lib/events/publish.ts';
import { anOrder, NOW } from '../../support/builders.ts';
import { sequenceNumber } from '../../support/streams.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const JUST_NOW = Date.parse(NOW) - 1_000;
const LONG_AGO = Date.parse(NOW) - PATIENCE_MS - 1;

/** Records like `a1`: order a at version 1. */
const records = (...names: string[]): StreamRecord[] =>
  names.map((name, index) => {
    const [id = '', version = ''] = name;
    const order = anOrder(id, { mug: 1 });
    const before = { ...order, status: 'pending' as const, version: Number(version) - 1 };
    const after = { ...order, status: 'confirmed' as const, version: Number(version) };
    return {
      sequenceNumber: sequenceNumber(index),
      aggregate: `order.${id}`,
      committedAt: JUST_NOW,
      event: orderEvent({ before, after }),
    };
  });

const nameOf = ({ event }: StreamRecord): string => event?.id.replace(/order|\./g, '') ?? '?';

const THROTTLED: NotTaken = { code: 'ThrottlingException', kind: 'passing' };
const DENIED: NotTaken = { code: 'AccessDeniedException', kind: 'refused' };
const MALFORMED: NotTaken = { code: 'MalformedDetail', kind: 'unacceptable' };

/** A bus that takes all events, but for these answers, one for each time that an event comes. */
const busWith = (answers: Readonly<Record<string, readonly (NotTaken | undefined)[]>> = {}) => {
  const left = new Map(Object.entries(answers).map(([name, some]) => [name, [...some]]));
  const puts: string[][] = [];
  const bus: EventBus = {
    put: async (events) => {
      const names = events.map((event) => event.id.replace(/order|\./g, ''));
      puts.push(names);
      return names.map((name) => left.get(name)?.shift());
    },
  };
  return { bus, puts };
};

const ports = (bus: EventBus, remaining = () => 60_000) => ({
  bus,
  remaining,
  runtime: unitRuntime(),
});

describe('The events of a batch', () => {
  test('are sent together, but only one of each order at a time, in the order of the versions', async () => {
    const { bus, puts } = busWith();

    const { published, delayed } = await publish(records('a1', 'b1', 'a2', 'c1', 'a3'), ports(bus));

    expect(puts).toEqual([['a1', 'b1', 'c1'], ['a2'], ['a3']]);
    expect(published.map(nameOf)).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
    expect(delayed).toEqual([]);
  });

  test('are none if no record tells anything', async () => {
    const { bus, puts } = busWith();
    const silent = records('a1').map(({ event: _, ...record }) => record);

    expect(await publish(silent, ports(bus))).toMatchObject({ published: [], delayed: [] });
    expect(puts).toEqual([]);
  });
});

describe('An event that the bus does not take in passing', () => {
  test('is sent again, before later ones of its order, and holds up no other order', async () => {
    const { bus, puts } = busWith({ a1: [THROTTLED, THROTTLED] });

    const result = await publish(records('a1', 'a2', 'b1', 'b2'), ports(bus));

    expect(puts).toEqual([['a1', 'b1'], ['a1', 'b2'], ['a1'], ['a2']]);
    expect(result.delayed).toEqual([]);
    expect(result.problems).toEqual({ ThrottlingException: 2 });
  });

  test('is delayed with all later ones of its order when the time is up', async () => {
    const { bus, puts } = busWith({ a1: Array.from({ length: 99 }, () => THROTTLED) });
    // Time for three rounds.
    const { published, delayed } = await publish(
      records('b1', 'a1', 'a2', 'b2'),
      ports(bus, () => (puts.length < 3 ? 60_000 : 0)),
    );

    expect(published.map(nameOf)).toEqual(['b1', 'b2']);
    expect(delayed.map(nameOf)).toEqual(['a1', 'a2']);
    expect(puts.flat()).not.toContain('a2');
  });
});

describe('Without time', () => {
  test('nothing is sent, and all is delayed', async () => {
    const { bus, puts } = busWith();

    const { delayed } = await publish(
      records('a1', 'b1'),
      ports(bus, () => 0),
    );

    expect(puts).toEqual([]);
    expect(delayed.map(nameOf)).toEqual(['a1', 'b1']);
  });
});

describe('An event that the bus refuses', () => {
  test('is not sent again by this invocation, nor is anything later of its order', async () => {
    const { bus, puts } = busWith({ a1: [DENIED] });

    const { delayed } = await publish(records('a1', 'a2', 'b1'), ports(bus));

    expect(puts).toEqual([['a1', 'b1']]);
    expect(delayed.map(nameOf)).toEqual(['a1', 'a2']);
  });

  test('is never given up, however old it is', async () => {
    const { bus } = busWith({ a1: [DENIED] });
    const old = records('a1').map((record) => ({ ...record, committedAt: LONG_AGO }));

    expect(await publish(old, ports(bus))).toMatchObject({ givenUp: [], delayed: old });
  });
});

describe.each<[string, (age: number) => [EventBus, StreamRecord[]]]>([
  [
    'An event that the bus will never take',
    (committedAt) => [
      busWith({ a1: [MALFORMED] }).bus,
      records('a1', 'a2', 'b1').map((record) => ({ ...record, committedAt })),
    ],
  ],
  [
    'A record that cannot be read',
    (committedAt) => [
      busWith().bus,
      records('a1', 'a2', 'b1').map(({ event, ...record }, index) => ({
        ...record,
        committedAt,
        ...(index === 0 ? { damage: 'MalformedDetail' } : { event }),
      })),
    ],
  ],
])('%s', (_, given) => {
  test('holds up its order, because a deployment may be under way', async () => {
    const [bus, batch] = given(JUST_NOW);

    const { published, givenUp, delayed } = await publish(batch, ports(bus));

    expect(published.map(nameOf)).toEqual(['b1']);
    expect(givenUp).toEqual([]);
    expect(delayed).toEqual(batch.slice(0, 2));
  });

  test('is told and given up after a while, and the stream goes on', async () => {
    const [bus, batch] = given(LONG_AGO);

    const { published, givenUp, delayed } = await publish(batch, ports(bus));

    expect(published.map(nameOf).sort()).toEqual(['a2', 'b1']);
    expect(givenUp).toEqual([{ record: batch[0], why: 'MalformedDetail' }]);
    expect(delayed).toEqual([]);
  });
});
