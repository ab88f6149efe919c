/** `countermand shadow`: what another shop gave back, beside what was due. */
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { feedLineSchema } from '../../../cli/shadow/event.ts';
import { type Answering, openCommandLine, refusal } from '../../support/command-line.ts';

const held = (units: number) => ({ productId: 'tea', reservedQuantity: units });

/**
 * A copy in which order 1 holds 3 tea and 1 mug. Order 2 has shipped, and there is no order 9. Of
 * order 5, which goes on holding tea, at most 2 can be cancelled by a part.
 */
const copy = (): Answering => {
  const cancelled = new Set<string>();
  return ({ url, body, headers }) => {
    const id = /orders\/([^/]+)\/cancel/.exec(url)?.[1] ?? '';
    if (id === '2') return refusal(409, 'order_not_cancellable', 'It has shipped');
    if (id === '9') return refusal(404, 'order_not_found', 'There is no order 9');
    if (body.items?.[0].quantity > 2) return refusal(409, 'quantity_exceeded', 'It has fewer');
    const name = `${id} ${headers['idempotency-key']}`;
    const outcome = cancelled.has(name) ? 'already_cancelled' : 'cancelled';
    cancelled.add(name);
    if (body.items) {
      return { status: 200, body: { outcome, order: { items: [held(3)] }, restored: body.items } };
    }
    const restored = [
      { productId: 'tea', quantity: 3 },
      { productId: 'mug', quantity: 1 },
    ];
    return { status: 200, body: { outcome, order: { items: [held(0)] }, restored } };
  };
};

const restored = (orderId: string, productId: string, quantity: number, eventId?: string) => ({
  type: 'restored',
  orderId,
  productId,
  quantity,
  eventId,
});

const part = (orderId: string, idempotencyKey: string, quantity: number) => ({
  type: 'cancelled',
  orderId,
  idempotencyKey,
  items: [{ productId: 'tea', quantity }],
});

/** The line that a part came back. */
const ofPart = (idempotencyKey: string, line: object) => ({ ...line, idempotencyKey });

const withFeed = async <Result>(
  lines: readonly unknown[],
  work: (path: string) => Promise<Result>,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-feed-'));
  try {
    const path = join(folder, 'feed.jsonl');
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('countermand shadow', () => {
  test.each([
    ['gives back what was due', [restored('1', 'tea', 3), restored('1', 'mug', 1)], []],
    [
      'gives it back in parts',
      [restored('1', 'tea', 1), restored('1', 'mug', 1), restored('1', 'tea', 2)],
      [],
    ],
    [
      'tells an event twice, under one id',
      [restored('1', 'tea', 3, 'e1'), restored('1', 'tea', 3, 'e1'), restored('1', 'mug', 1, 'e2')],
      [],
    ],
    [
      'gives it back twice',
      [restored('1', 'tea', 3), restored('1', 'mug', 1), restored('1', 'tea', 3)],
      ['restored_twice 1 tea 3 6'],
    ],
    [
      'gives back too much',
      [restored('1', 'tea', 5), restored('1', 'mug', 1)],
      ['restored_too_much 1 tea 3 5'],
    ],
    [
      'never gives it back',
      [{ type: 'cancelled', orderId: '1' }, restored('1', 'mug', 1)],
      ['not_restored 1 tea 3 0'],
    ],
    ['gives back what has shipped', [restored('2', 'tea', 4)], ['not_to_be_restored 2 tea 0 4']],
    [
      'gives back for an order that the copy does not have',
      [
        restored('9', 'tea', 4),
        part('9', 'k1', 2),
        ofPart('k1', restored('9', 'tea', 2)),
        { type: 'cancelled', orderId: '9' },
      ],
      ['unknown_order 9 tea 0 4', 'unknown_order 9 k1 tea 0 2'],
    ],
    [
      'gives each part back once, and then the rest',
      [
        part('1', 'k1', 2),
        ofPart('k1', restored('1', 'tea', 2)),
        part('1', 'k2', 1),
        ofPart('k2', restored('1', 'tea', 1)),
        restored('1', 'tea', 3),
        restored('1', 'mug', 1),
      ],
      [],
    ],
    [
      'tells that a part came back before it tells of the part',
      [ofPart('k1', restored('5', 'tea', 2)), part('5', 'k1', 2)],
      [],
    ],
    [
      'gives a part back twice',
      [
        part('5', 'k1', 2),
        ofPart('k1', restored('5', 'tea', 2)),
        part('5', 'k1', 2),
        ofPart('k1', restored('5', 'tea', 2)),
      ],
      ['restored_twice 5 k1 tea 2 4'],
    ],
    ['never gives a part back', [part('5', 'k1', 2)], ['not_restored 5 k1 tea 2 0']],
    [
      'gives back more than a part can be',
      [part('5', 'k1', 3), ofPart('k1', restored('5', 'tea', 3))],
      ['not_to_be_restored 5 k1 tea 0 3'],
    ],
    [
      'gives back for a part that nobody has cancelled',
      [ofPart('k1', restored('5', 'tea', 2))],
      ['not_to_be_restored 5 k1 tea 0 2'],
    ],
  ])('tells what a shop did that %s, and again when it is played again', (_, lines, told) =>
    withFeed(lines, async (path) => {
      const line = openCommandLine({ answers: copy() });

      for (const _run of ['first', 'second']) {
        const { exitCode, json } = await line.runs(`shadow ${path} --json`);

        expect(
          json.findings.map((one: Record<string, unknown>) => Object.values(one).join(' ')),
        ).toEqual(told);
        expect(exitCode).toBe(told.length > 0 ? 1 : 0);
      }
    }),
  );

  test('tells people in a table', () =>
    withFeed([restored('1', 'tea', 5), restored('1', 'mug', 1)], async (path) => {
      const { runs } = openCommandLine({ answers: copy() });

      const { stdout } = await runs(`shadow ${path}`);

      expect(stdout.split('\n')).toEqual([
        'order  product  the other shop     due  restored',
        '-----  -------  -----------------  ---  --------',
        '1      tea      restored too much    3         5',
        '',
        '1 finding in 2 events of 1 order.',
        '',
      ]);
    }));

  test('asks again until a large order has given all of its units back', () =>
    withFeed([{ type: 'cancelled', orderId: '1' }], async (path) => {
      let asked = 0;
      const answers: Answering = () => {
        asked += 1;
        if (asked === 1) return { status: 202, body: { outcome: 'accepted', orderId: '1' } };
        const order = { items: [held(asked === 2 ? 1 : 0)] };
        return { status: 200, body: { outcome: 'already_cancelled', order, restored: [] } };
      };

      expect(await openCommandLine({ answers }).runs(`shadow ${path}`)).toMatchObject({
        exitCode: 0,
      });
      expect(asked).toBe(3);
    }));

  test('--follow goes on with what the feed gets later, until Ctrl-C', () =>
    withFeed([restored('1', 'mug', 1)], async (path) => {
      const line: ReturnType<typeof openCommandLine> = openCommandLine({
        answers: async (request) => {
          if (request.url.includes('/9/')) line.interrupt();
          else await appendFile(path, `${JSON.stringify(restored('9', 'tea', 1))}\n`);
          return copy()(request);
        },
      });

      const { stdout } = await line.runs(`shadow ${path} --follow`);

      expect(stdout).toMatch(/^1 +tea +not restored +3 +0$/m);
    }));

  const written = (...lines: readonly object[]): string =>
    lines.map((line) => `${JSON.stringify(line)}\n`).join('');

  test.each<[string, (path: string) => Promise<void>, string[]]>([
    [
      'the file that takes its place, when the old one gets no more',
      async (path) => {
        await rename(path, `${path}.1`);
        await writeFile(path, written(restored('9', 'tea', 1)));
        await appendFile(`${path}.1`, written(restored('2', 'tea', 4)));
      },
      ['1', '2', '9'],
    ],
    [
      'what it gets after it was emptied',
      (path) => writeFile(path, written(restored('9', 'tea', 1))),
      ['1', '9'],
    ],
  ])('--follow goes on with %s', (_, change, played) =>
    withFeed([restored('1', 'mug', 1), restored('1', 'tea', 3)], async (path) => {
      const orders: string[] = [];
      const line: ReturnType<typeof openCommandLine> = openCommandLine({
        answers: async (request) => {
          const [, id = ''] = /orders\/([^/]+)/.exec(request.url) ?? [];
          orders.push(id);
          if (id === '1') await change(path);
          if (id === '9') line.interrupt();
          return copy()(request);
        },
      });

      await line.runs(`shadow ${path} --follow`);

      expect(orders).toEqual(played);
    }),
  );

  test('names the part in the table, if there is one', () =>
    withFeed([part('5', 'k1', 2)], async (path) => {
      const { stdout } = await openCommandLine({ answers: copy() }).runs(`shadow ${path}`);

      expect(stdout).toMatch(/^order +part +product /m);
      expect(stdout).toMatch(/^5 +k1 +tea +not restored +2 +0$/m);
    }));

  test.each([
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /line 3 is no UTF-8: byte \d+ of the file/],
    ['cut off in a character', Buffer.from('é').subarray(0, 1), /line 3 ends in the middle of/],
    ['cut off', Buffer.from('{"type":"resto'), /line 3 is no JSON/],
    ['no event', Buffer.from('{"type":"sold"}'), /line 3: type/],
  ])('tells what it found before a line that is %s', (_, bytes, message) =>
    withFeed([restored('1', 'mug', 1), restored('2', 'tea', 4)], async (path) => {
      await appendFile(path, bytes);

      const { exitCode, json, stderr } = await openCommandLine({ answers: copy() }).runs(
        `shadow ${path} --json`,
      );

      expect(exitCode).toBe(2);
      expect(stderr.replace(/\s+/g, ' ')).toMatch(message);
      expect(json).toMatchObject({
        events: 2,
        findings: [{ kind: 'not_restored' }, { kind: 'not_to_be_restored' }],
        stoppedBy: { code: 'wrong_usage' },
      });
    }),
  );

  test('docs/shadow-feed.schema.json is the schema that is checked', async () => {
    const path = new URL('../../../docs/shadow-feed.schema.json', import.meta.url);

    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(feedLineSchema());
  });

  test.each([
    ['no JSON', '{', /line 1 is no JSON/],
    ['no event', '{"type":"sold","orderId":"1"}', /line 1: type/],
    [
      'a part without a name',
      '{"type":"cancelled","orderId":"1","items":[{"productId":"tea","quantity":1}]}',
      /line 1: items: A part needs both/,
    ],
    [
      'a part without units',
      '{"type":"cancelled","orderId":"1","idempotencyKey":"k1"}',
      /line 1: items: A part needs both/,
    ],
    ['no units', JSON.stringify(restored('1', 'tea', 0)), /line 1: quantity/],
  ])('refuses a line that is %s', (_, text, message) =>
    withFeed([], async (path) => {
      await writeFile(path, `${text}\n`);

      expect(await openCommandLine({ answers: copy() }).runs(`shadow ${path}`)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(message),
      });
    }),
  );
});
