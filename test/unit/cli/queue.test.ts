/** `countermand queue`: dead letters in words, and back to the queue without losing one. */
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter, Queues } from '../../../cli/dead-letters/queues.ts';
import { orderResource } from '../../../lib/http/resources.ts';
import { aCancelledOrder, anOrder } from '../../support/builders.ts';
import {
  deadLetter,
  dyingAt,
  NO_QUEUES,
  openCommandLine,
  refusal,
  shopThat,
} from '../../support/command-line.ts';

/** Two queues in memory. What was received stays hidden until it is given back. */
const fakeQueues = (letters: readonly DeadLetter[], refused: readonly string[] = []) => {
  const dead = new Map(letters.map((letter) => [letter.messageId, letter]));
  const hidden = new Set<string>();
  const main: DeadLetter[] = [];
  const queues: Queues = {
    counts: async () => ({
      cancellations: { waiting: main.length, inFlight: 0, delayed: 0 },
      writeOffs: { waiting: 0, inFlight: 0, delayed: 0 },
      deadLetters: { waiting: dead.size - hidden.size, inFlight: hidden.size, delayed: 0 },
    }),
    receive: async () => {
      const received = [...dead.values()].filter(({ messageId }) => !hidden.has(messageId));
      for (const { messageId } of received.slice(0, 10)) hidden.add(messageId);
      return received.slice(0, 10);
    },
    giveBack: async (given) => {
      for (const { messageId } of given) hidden.delete(messageId);
    },
    send: async (given) => {
      const taken = given.filter(({ messageId }) => !refused.includes(messageId));
      main.push(...taken);
      return taken;
    },
    remove: async (given) => {
      for (const { messageId } of given) {
        dead.delete(messageId);
        hidden.delete(messageId);
      }
    },
    close: () => {},
  };
  return { queues, dead, hidden, main, timePasses: () => hidden.clear() };
};

const letters = (count: number): DeadLetter[] =>
  Array.from({ length: count }, (_, index) => deadLetter({ orderId: `${index}` }, index));

const idsOf = (some: Iterable<DeadLetter>): string[] =>
  [...some].map(({ messageId }) => messageId).toSorted();

describe('countermand queue status', () => {
  test('counts all queues', async () => {
    const counts = {
      cancellations: { waiting: 12_345, inFlight: 6, delayed: 0 },
      writeOffs: { waiting: 2, inFlight: 0, delayed: 0 },
      deadLetters: { waiting: 1, inFlight: 0, delayed: 0 },
    };
    const { runs } = openCommandLine({ queues: { ...NO_QUEUES, counts: async () => counts } });

    expect((await runs('queue status')).stdout).toBe(
      [
        'queue          waiting  in flight  delayed',
        '-------------  -------  ---------  -------',
        'cancellations    12345          6        0',
        'write-offs           2          0        0',
        'dead letters         1          0        0',
        '',
      ].join('\n'),
    );
    expect(await runs('queue status --json')).toMatchObject({ exitCode: 0, json: counts });
  });
});

describe('countermand queue dead-letters', () => {
  test('finds none', async () => {
    const { runs } = openCommandLine();

    expect(await runs('queue dead-letters')).toMatchObject({
      exitCode: 0,
      stdout: 'No dead letters.\n',
    });
  });

  test('says of a write-off that its queue may not allow it', async () => {
    const { runs } = openCommandLine({
      queues: fakeQueues([
        deadLetter({ orderId: 'o1', restock: false }, 1),
        { ...deadLetter({ orderId: 'o1', restock: false }, 2), origin: 'writeOffs' },
      ]).queues,
      answers: shopThat({
        'GET /orders/o1': { status: 200, body: orderResource(anOrder('o1', { tea: 1 })) },
      }),
    });

    const { json } = await runs('queue dead-letters --json');

    expect(JSON.stringify(json).match(/may not allow/g)).toHaveLength(1);
  });

  test('says of each why it failed and what redriving it would do, and shows it to others again', async () => {
    const found = (order: Parameters<typeof orderResource>[0]) => ({
      status: 200,
      body: orderResource(order),
    });
    const { queues, hidden, dead } = fakeQueues([
      deadLetter({ orderId: 'open' }, 1),
      deadLetter({ orderId: 'done' }, 2),
      deadLetter({ orderId: 'gone' }, 3),
      deadLetter({ orderId: 'late' }, 4),
      deadLetter('{"reason":"fraud"}', 5),
      deadLetter('no JSON', 6),
    ]);
    const { runs } = openCommandLine({
      queues,
      answers: shopThat({
        'GET /orders/open': found(anOrder('open', { tea: 1 })),
        'GET /orders/done': found(aCancelledOrder('done', { tea: 1 })),
        'GET /orders/late': found(anOrder('late', { tea: 1 }, { status: 'shipped' })),
        'GET /orders/gone': refusal(404, 'order_not_found', 'There is no order gone'),
      }),
    });

    const { exitCode, json } = await runs('queue dead-letters --json');

    expect(exitCode).toBe(1);
    expect(json.total).toBe(6);
    expect(json.items.map((item: { explanation: string }) => item.explanation)).toEqual([
      'Its retries are exhausted. Order open is pending: redriving it cancels it, unless it was reinstated since the message was sent.',
      'Its retries are exhausted. Order done is cancelled: redriving it finishes what may be left.',
      'Its retries are exhausted. There is no order gone: redriving it does nothing.',
      'Its retries are exhausted. Order late is shipped, too late to cancel: redriving it does nothing.',
      'The message is malformed: orderId is missing or of the wrong type. Redriving it would fail again.',
      'The message is malformed: the body is missing or of the wrong type. Redriving it would fail again.',
    ]);
    expect(json.items[0]).toMatchObject({
      why: 'exhausted',
      orderId: 'open',
      orderStatus: 'pending',
    });
    expect(hidden.size).toBe(0);
    expect(dead.size).toBe(6);
    expect((await runs('queue dead-letters --limit 1')).stdout).toContain(
      '6 dead letters. 1 of them are shown: see --limit.',
    );
  });

  test('says what a letter of a call-off carries on, and --all redrives it', async () => {
    const { queues, main } = fakeQueues([deadLetter(JSON.stringify({ callOff: 'b1' }), 1)]);
    const { runs } = openCommandLine({ queues });

    const { json } = await runs('queue dead-letters --json');

    expect(json.items).toMatchObject([{ why: 'exhausted', batchId: 'b1' }]);
    expect(json.items[0].explanation).toContain(
      'GET /cancellations/b1 tells which orders are left',
    );
    expect(await runs('queue redrive --all')).toMatchObject({ exitCode: 0 });
    expect(main).toHaveLength(1);
  });

  test('does without the orders when the API is not reachable, and asks it only once', async () => {
    const { queues } = fakeQueues(letters(30));
    const { runs, sent } = openCommandLine({
      queues,
      answers: () => Promise.reject(Error('lost')),
    });

    const { json } = await runs('queue dead-letters --json --limit 30 --retry-for 0');

    expect(new Set(json.items.map((item: { orderStatus: string }) => item.orderStatus))).toEqual(
      new Set(['not_reachable']),
    );
    expect(sent.length).toBeLessThanOrEqual(8);
  });
});

describe('countermand queue redrive', () => {
  test('--all moves all letters but the malformed, which it leaves', async () => {
    const malformed = deadLetter('no JSON', 99);
    const { queues, dead, main, hidden } = fakeQueues([...letters(25), malformed]);
    const { runs } = openCommandLine({ queues });

    expect(await runs('queue redrive --all')).toMatchObject({
      exitCode: 0,
      stdout: [
        '25 dead letters moved back to the queue.',
        '1 dead letter left.',
        '1 of them malformed: see countermand queue dead-letters.',
        '',
      ].join('\n'),
    });
    expect(main).toHaveLength(25);
    expect(idsOf(dead.values())).toEqual([malformed.messageId]);
    expect(hidden.size).toBe(0);
  });

  test('moves the letters of chosen orders, and chosen messages, malformed or not', async () => {
    const { queues, main, hidden } = fakeQueues([...letters(5), deadLetter('no JSON', 99)]);
    const { runs } = openCommandLine({ queues });

    const { json } = await runs('queue redrive --order 1 --order 3 --message message-99 --json');

    expect(idsOf(main)).toEqual(['message-1', 'message-3', 'message-99']);
    expect(json.moved).toHaveLength(3);
    expect(json.left).toHaveLength(3);
    expect(hidden.size).toBe(0);
  });

  test('finds no letter of an order: that is refused', async () => {
    const { runs } = openCommandLine({ queues: fakeQueues(letters(2)).queues });

    expect(await runs('queue redrive --order 77')).toMatchObject({ exitCode: 1 });
  });

  test('says that letters are hidden which another command has, or had when it was killed', async () => {
    const { queues } = fakeQueues(letters(3));
    await queues.receive(120);
    const { runs } = openCommandLine({ queues });

    expect(await runs('queue redrive --all')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^Some dead letters are hidden/),
    });
  });

  test('keeps what the queue does not take', async () => {
    const { queues, dead, main } = fakeQueues(letters(12), ['message-5']);
    const { runs } = openCommandLine({ queues });

    expect(await runs('queue redrive --all --json')).toMatchObject({
      exitCode: 1,
      json: { refused: [{ messageId: 'message-5', orderId: '5' }] },
    });
    expect(main).toHaveLength(11);
    expect(idsOf(dead.values())).toEqual(['message-5']);
  });

  test.each(['', '--all --order 1'])('asks which when it gets "%s"', async (options) => {
    const { queues, main } = fakeQueues(letters(2));
    const { runs } = openCommandLine({ queues });

    expect(await runs(`queue redrive ${options}`)).toMatchObject({ exitCode: 2 });
    expect(main).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'loses none when it is killed %s any of its steps, and moves all when it is started again',
    async (when) => {
      const all = letters(23);
      let deaths = 0;
      for (let moment = 1; ; moment += 1) {
        const { queues, dead, main, timePasses } = fakeQueues(all);
        const death = dyingAt(moment, when);
        await openCommandLine({ ...death, queues }).runs('queue redrive --all');

        const ofBoth = new Map([...dead.values(), ...main].map((each) => [each.messageId, each]));
        expect(idsOf(ofBoth.values())).toEqual(idsOf(all));
        timePasses();
        await openCommandLine({ queues }).runs('queue redrive --all');
        expect(dead.size).toBe(0);
        expect(new Set(idsOf(main))).toEqual(new Set(idsOf(all)));
        if (!death.died()) break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThanOrEqual(10);
    },
  );

  test('gives back what it has not moved at Ctrl-C', async () => {
    const { queues, dead, main, hidden } = fakeQueues(letters(30));
    const line = openCommandLine({
      queues: {
        ...queues,
        send: (given) => {
          line.interrupt();
          return queues.send(given);
        },
      },
    });

    expect(await line.runs('queue redrive --all')).toMatchObject({ exitCode: 130 });
    expect(main).toHaveLength(10);
    expect(dead.size).toBe(20);
    expect(hidden.size).toBe(0);
  });
});
