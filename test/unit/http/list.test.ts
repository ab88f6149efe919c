import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { listResponse, Positions } from '../../../lib/http/list.ts';

/** A place in an index, without the item's key. */
const PLACE = { partition: 'mug#1', until: '2026-03-01T10:00:00.000Z' };

const same = (item: number): number => item;

/** A list of the numbers from 1 to 5, two to a page. */
const numbers = async ({ after }: { readonly after?: number | undefined }) => {
  const start = after ?? 0;
  const items = [1, 2, 3, 4, 5].slice(start, start + 2);
  return { items, ...(start + 2 < 5 && { next: start + 2 }) };
};

const page = async (cursor?: string) =>
  JSON.parse((await listResponse('numbers', cursor, z.number(), same, numbers)).body ?? '');

describe('A list', () => {
  test('returns one page after the other, and no cursor with the last page', async () => {
    const first = await page();
    const second = await page(first.nextCursor);
    const third = await page(second.nextCursor);

    expect([first, second, third].map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
    expect(third).not.toHaveProperty('nextCursor');
  });

  test('without items is an empty list', async () => {
    const response = await listResponse('nothing', undefined, z.number(), same, async () => ({
      items: [],
    }));

    expect(response).toMatchObject({ statusCode: 200, body: '{"items":[]}' });
  });

  test('refuses the cursor of another list', async () => {
    const { nextCursor } = await page();

    await expect(
      listResponse('letters', nextCursor, z.number(), same, numbers),
    ).rejects.toMatchObject({
      code: 'invalid_cursor',
      status: 400,
    });
  });

  test('reports a ValidationException as invalid_cursor if and only if a cursor was given', async () => {
    const { nextCursor } = await page();
    const refused = Object.assign(new Error('Not a start key'), { name: 'ValidationException' });
    const refuse = async () => {
      throw refused;
    };

    await expect(
      listResponse('numbers', nextCursor, z.number(), same, refuse),
    ).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
    await expect(listResponse('numbers', undefined, z.number(), same, refuse)).rejects.toBe(
      refused,
    );
  });

  test('throws any other error of the database as it is', async () => {
    const { nextCursor } = await page();
    const broken = new Error('Not now');

    await expect(
      listResponse('numbers', nextCursor, z.number(), same, async () => {
        throw broken;
      }),
    ).rejects.toBe(broken);
  });

  test.each([
    [Positions.product, { id: 'mug' }],
    [Positions.movement, { referenceId: 'order_o1', entry: 'reservation#mug' }],
    [Positions.movement, { referenceId: 'order_o1' }],
    [Positions.index, { ...PLACE, key: ['order_o1', 'reservation#mug'] }],
  ])('accepts only its own kind of position: %#', (schema, position) => {
    expect(schema.safeParse(position).data).toEqual(position);
    for (const other of [null, 1, [], {}, { ...position, more: 1 }]) {
      expect(schema.safeParse(other).success).toBe(false);
    }
  });

  test.each(['', '\ud800', 'Grüße', 'line\n', '\u0000', 'x'.repeat(1_025), 7, null, {}, ['x']])(
    'refuses a position with the key %j',
    (text) => {
      for (const [schema, position] of [
        [Positions.product, { id: text }],
        [Positions.movement, { referenceId: text, entry: 'reservation#mug' }],
        [Positions.movement, { referenceId: 'order_o1', entry: text }],
        [Positions.index, { ...PLACE, partition: text, key: ['o1'] }],
        [Positions.index, { ...PLACE, until: text, key: ['o1'] }],
        [Positions.index, { ...PLACE, key: [text] }],
      ] as const) {
        expect(schema.safeParse(position).success).toBe(false);
      }
    },
  );

  test('converts each item before it is answered', async () => {
    const response = await listResponse('numbers', undefined, z.number(), String, numbers);

    expect(JSON.parse(response.body ?? '').items).toEqual(['1', '2']);
  });
});
