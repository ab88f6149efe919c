import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import { movementToItem, orderToItem } from '../../../lib/dynamodb/items.ts';
import { readReasons } from '../../../lib/dynamodb/reasons.ts';
import { aMovement, anOrder, aProduct, NOW, TABLES } from '../../support/builders.ts';

const order = anOrder('o1', { mug: 2 });
const product = aProduct('mug', { reserved: 1 });
const movement = aMovement();
const batch = { id: 'b1', orderIds: ['o1'], createdAt: NOW, expiresAt: 1_772_452_800 };

const turn = { id: 'writing', doneAt: NOW, within: 110 } as const;

const CHANGES: Change[] = [
  { type: 'update-order', order },
  { type: 'move-stock', productId: 'mug', stockDelta: 0, reservedDelta: -2, movements: 1, at: NOW },
  { type: 'record-movement', movement },
];

const cancelledFor = (...codes: (string | undefined | [string, Record<string, unknown>])[]) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((code) => {
      const [Code, item] = Array.isArray(code) ? code : [code];
      return { ...(Code && { Code }), ...(item && { Item: marshall(item) }) };
    }),
  });

const FAILED = 'ConditionalCheckFailed';

describe('Reading the cancellation reasons of a transaction', () => {
  test('a failed condition is a refusal with the item that was found', () => {
    const reasons = cancelledFor([FAILED, orderToItem(order, TABLES)], 'None', 'None');

    expect(readReasons(reasons, CHANGES)).toStrictEqual({
      type: 'refused',
      refusals: [{ type: 'update-order', order, found: order }],
    });
  });

  test('a reason without a code says nothing', () => {
    const reasons = cancelledFor(undefined, [FAILED, { ...product }], undefined);

    expect(readReasons(reasons, CHANGES)).toEqual({
      type: 'refused',
      refusals: [{ ...CHANGES[1], found: product }],
    });
  });

  test('each failed condition is reported with its own item', () => {
    const reasons = cancelledFor(
      [FAILED, orderToItem(order, TABLES)],
      [FAILED, { ...product }],
      [FAILED, movementToItem(movement, TABLES)],
    );

    expect(readReasons(reasons, CHANGES)).toEqual({
      type: 'refused',
      refusals: [
        { ...CHANGES[0], found: order },
        { ...CHANGES[1], found: product },
        { ...CHANGES[2], found: movement },
      ],
    });
  });

  test('a failed condition without an item is a refusal without `found`', () => {
    const verdict = readReasons(cancelledFor('None', FAILED, 'None'), CHANGES);

    expect(verdict).toEqual({ type: 'refused', refusals: [CHANGES[1]] });
    expect(verdict).not.toHaveProperty('refusals.0.found');
  });

  test('every type of change can be refused', () => {
    const changes: Change[] = [
      { type: 'create-order', order },
      { type: 'create-product', product },
      { type: 'close-product', productId: 'mug', createdAt: NOW, closing: 'c1', at: NOW },
      { type: 'require-no-product', productId: 'mug' },
      { type: 'require-order', order },
      { type: 'delete-order', order },
      { type: 'retire-product', productId: 'mug', at: NOW },
      { type: 'uncount-movements', productId: 'mug', movements: 1 },
      { type: 'delete-product', productId: 'mug', at: NOW },
      { type: 'require-movement', movement },
      { type: 'delete-movement', movement },
      { type: 'record-batch', batch },
      { type: 'take-units', batchId: 'b1', taking: { units: 1, orders: 1 }, upTo: 2 },
      { type: 'update-batch', batchId: 'b1', isOver: true },
      { type: 'write-turn', turn, seen: undefined },
    ];
    const reasons = cancelledFor(
      [FAILED, orderToItem(order, TABLES)],
      [FAILED, { ...product }],
      [FAILED, { ...product }],
      [FAILED, { ...product }],
      [FAILED, orderToItem(order, TABLES)],
      [FAILED, orderToItem(order, TABLES)],
      [FAILED, { ...product }],
      [FAILED, { ...product }],
      [FAILED, { ...product }],
      [FAILED, movementToItem(movement, TABLES)],
      [FAILED, movementToItem(movement, TABLES)],
      [FAILED, { ...batch }],
      [FAILED, { ...batch }],
      [FAILED, { ...batch }],
      [FAILED, { ...turn }],
    );

    expect(readReasons(reasons, changes)).toEqual({
      type: 'refused',
      refusals: [
        order,
        product,
        product,
        product,
        order,
        order,
        product,
        product,
        product,
        movement,
        movement,
        batch,
        batch,
        batch,
        turn,
      ].map((found, index) => ({ ...changes[index], found })),
    });
  });

  test('a retired product is reported as not found', () => {
    const retired = { ...product, deletedAt: NOW };

    const verdict = readReasons(cancelledFor('None', [FAILED, retired], 'None'), CHANGES);

    expect(verdict).toEqual({ type: 'refused', refusals: [CHANGES[1]] });
  });

  test('the write id of a found order or movement is reported', () => {
    const reasons = cancelledFor(
      [FAILED, { ...orderToItem(order, TABLES), writeId: 'w1' }],
      'None',
      [FAILED, { ...movementToItem(movement, TABLES), writeId: 'w2' }],
    );

    expect(readReasons(reasons, CHANGES)).toEqual({
      type: 'refused',
      refusals: [
        { ...CHANGES[0], found: { ...order, writeId: 'w1' }, writeId: 'w1' },
        { ...CHANGES[2], found: movement, writeId: 'w2' },
      ],
    });
  });

  test.each([
    ['an order', CHANGES[0], { ...orderToItem(order, TABLES), version: null }, 'order o1'],
    ['a product', CHANGES[1], { ...product, stockQuantity: 'ten' }, 'product mug'],
    [
      'a movement',
      CHANGES[2],
      { ...movementToItem(movement, TABLES), quantity: 1.5 },
      'stock movement stocktaking adjustment#mug',
    ],
  ])('the damaged row of %s throws an error that names it', (_, change, item, name) => {
    const changes = [change ?? { type: 'require-order' as const, order }];

    expect(() => readReasons(cancelledFor([FAILED, item]), changes)).toThrow(`${name} is damaged`);
  });

  test('a retired product is reported as not found even if its row is damaged', () => {
    const damaged = { id: 'mug', deletedAt: NOW };

    const verdict = readReasons(cancelledFor('None', [FAILED, damaged], 'None'), CHANGES);

    expect(verdict).toEqual({ type: 'refused', refusals: [CHANGES[1]] });
  });

  test('index attributes are not reported', () => {
    const reasons = cancelledFor([FAILED, orderToItem(order, TABLES)], 'None', 'None');

    expect(readReasons(reasons, CHANGES)).not.toHaveProperty('refusals.0.found.statusShard');
  });

  test.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
    '%s means "not now", without contested changes',
    (code) => {
      expect(readReasons(cancelledFor('None', code, 'None'), CHANGES)).toEqual({
        type: 'not-now',
        contested: [],
      });
    },
  );

  test('the contested changes are reported', () => {
    const others: Change = { type: 'update-order', order: anOrder('o2', {}) };
    const reasons = cancelledFor(
      'TransactionConflict',
      'TransactionConflict',
      'ThrottlingError',
      'None',
    );

    expect(readReasons(reasons, [...CHANGES, others])).toEqual({
      type: 'not-now',
      contested: CHANGES.slice(0, 2),
    });
  });

  test('a failed condition takes precedence over conflicts and throttling', () => {
    const reasons = cancelledFor('TransactionConflict', FAILED, 'ThrottlingError');

    expect(readReasons(reasons, CHANGES)).toEqual({ type: 'refused', refusals: [CHANGES[1]] });
  });

  test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'DuplicateItem', 'Whatever'])(
    '%s throws, whatever the other reasons are',
    (code) => {
      for (const other of ['None', FAILED, 'TransactionConflict']) {
        const reasons = cancelledFor(other, code, 'None');
        expect(() => readReasons(reasons, CHANGES)).toThrow(reasons);
      }
    },
  );

  test.each([
    ['no reason but None', cancelledFor('None', 'None', 'None')],
    ['reasons without codes', cancelledFor(undefined, undefined)],
    ['an empty list', cancelledFor()],
    ['no list at all', new TransactionCanceledException({ message: 'cancelled', $metadata: {} })],
  ])('%s throws', (_, exception) => {
    expect(() => readReasons(exception, CHANGES)).toThrow(exception);
  });
});
