/** Random requests just within DynamoDB's limits, and just beyond them. */
import fc, { type Arbitrary } from 'fast-check';
import {
  MAX_BATCH_GET_KEYS,
  MAX_ITEM_BYTES,
  MAX_KEY_BYTES,
  MAX_TRANSACTION_ACTIONS,
  MAX_TRANSACTION_BYTES,
} from '../fake-dynamodb/limits.ts';
import { type Row, sizeOf } from '../fake-dynamodb/values.ts';
import type { Action, Operation } from './operations.ts';

/** From one too few to one too many. */
const around = (limit: number): Arbitrary<number> => fc.constantFrom(limit - 1, limit, limit + 1);

/** Attributes of every kind, whose size is more than the number of their characters. */
const filling: Arbitrary<Row> = fc.record({
  // dynoxide counts a byte less for small fractions such as 0.015; there are none here.
  units: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 100, 12_300, -0.5, 1.5, 123.25)),
  detail: fc.dictionary(fc.constantFrom('weight', 'größe'), fc.oneof(fc.string(), fc.boolean())),
  series: fc.array(fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }), fc.constant(null)), {
    maxLength: 4,
  }),
});

/** The row with a further attribute, so that it has this many bytes. */
const padded = (row: Row, bytes: number): Row => ({
  ...row,
  pad: 'x'.repeat(bytes - sizeOf({ ...row, pad: '' })),
});

const transact = (actions: readonly Action[]): Operation => ({
  type: 'transact',
  actions,
  token: undefined,
});

const put = (Item: Row): Action => ({ type: 'Put', table: 'things', request: { Item } });

const putPart = (Item: Row): Action => ({ type: 'Put', table: 'parts', request: { Item } });

const largeItem = fc
  .record({ row: filling, bytes: around(MAX_ITEM_BYTES) })
  .map(({ row, bytes }) => [transact([put(padded({ id: 'a', ...row }, bytes))])]);

const grownItem = fc
  .record({ row: filling, bytes: around(MAX_ITEM_BYTES) })
  .map(({ row, bytes }) => {
    const less = 3_000;
    return [
      transact([put(padded({ id: 'b', ...row }, bytes - less))]),
      transact([
        {
          type: 'Update',
          table: 'things',
          request: {
            Key: { id: 'b' },
            UpdateExpression: 'SET extra = :extra',
            ExpressionAttributeValues: { ':extra': 'x'.repeat(less - 'extra'.length) },
          },
        },
      ]),
    ];
  });

const largeTransaction = around(MAX_TRANSACTION_BYTES).map((bytes) => {
  const most = 11;
  const even = Math.floor(bytes / most);
  return [
    transact(
      Array.from({ length: most }, (_, at) =>
        put(padded({ id: `big${at}` }, at === 0 ? bytes - even * (most - 1) : even)),
      ),
    ),
  ];
});

/** Actions on different items; sometimes the last one is on the first item again. */
const manyActions = fc
  .record({ count: around(MAX_TRANSACTION_ACTIONS), isTwice: fc.boolean() })
  .map(({ count, isTwice }) => [
    transact(
      Array.from({ length: count }, (_, at) => ({
        type: 'Delete',
        table: 'things',
        request: { Key: { id: `n${isTwice && at === count - 1 ? 0 : at}` } },
      })),
    ),
  ]);

const manyKeys = fc
  .record({ count: around(MAX_BATCH_GET_KEYS), isTwice: fc.boolean() })
  .map(({ count, isTwice }): Operation[] => [
    {
      type: 'batch-get',
      keys: Array.from({ length: count }, (_, at) => ({
        table: 'things',
        key: { id: `n${isTwice && at === count - 1 ? 0 : at}` },
      })),
    },
  ]);

/** A key attribute of as many bytes as a key may have, of one more or less, or of none. */
const keyText = (limit: number): Arbitrary<string> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant('') },
    {
      weight: 5,
      arbitrary: around(limit).map((bytes) => `${'ä'.repeat(500)}${'x'.repeat(bytes - 1_000)}`),
    },
  );

const [HASH, RANGE] = MAX_KEY_BYTES;

const longKey = fc
  .oneof(
    keyText(HASH).map((id) => put({ id })),
    keyText(HASH).map((label) => put({ id: 'c', label })),
    keyText(HASH).map((holder) => putPart({ holder, entry: 'e' })),
    keyText(RANGE).map((entry) => putPart({ holder: 'x', entry })),
    keyText(RANGE).map((since) => putPart({ holder: 'x', entry: 'f', mark: 'm', since })),
    keyText(HASH).map((mark) => putPart({ holder: 'x', entry: 'f', mark, since: '2026' })),
    keyText(HASH).map(
      (label): Action => ({
        type: 'Update',
        table: 'things',
        request: {
          Key: { id: 'd' },
          UpdateExpression: 'SET label = :label',
          ExpressionAttributeValues: { ':label': label },
        },
      }),
    ),
  )
  .map((action) => [transact([action])]);

/** One request, or several that belong together. */
export const atTheLimits: Arbitrary<Operation[]> = fc.oneof(
  { weight: 4, arbitrary: largeItem },
  { weight: 3, arbitrary: grownItem },
  { weight: 1, arbitrary: largeTransaction },
  { weight: 4, arbitrary: manyActions },
  { weight: 4, arbitrary: manyKeys },
  { weight: 8, arbitrary: longKey },
);
