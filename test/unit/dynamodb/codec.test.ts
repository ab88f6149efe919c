import { describe, expect, test } from '@jest/globals';
import { codec, DamagedItemError, type Item, kinds } from '../../../lib/dynamodb/codec.ts';
import {
  batches,
  orderStates,
  orders,
  products,
  stockMovements,
  turns,
} from '../../../lib/dynamodb/items.ts';
import { aMovement, anOrder, aProduct, NOW } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';

const { required, optional, text, integer } = kinds;

type Jar = { readonly id: string; readonly size: number; readonly lid?: string };

describe('A codec', () => {
  const jars = codec<Jar>('jar', ['id'], {
    id: required(text),
    size: required(integer),
    lid: optional(text),
  });

  test('knows which attributes are optional', () => {
    expect(jars.optionalNames).toEqual(['lid']);
  });

  test('converts every declared attribute in both directions, and no other', () => {
    const jar = { id: 'j1', size: 3, lid: 'red' };

    expect(jars.toItem({ ...jar, ...{ shelf: 9 } })).toEqual(jar);
    expect(jars.fromItem({ ...jar, shelf: 9 })).toEqual(jar);
  });

  test('that omits an attribute does not compile, because its value would be lost', () => {
    // @ts-expect-error: the lid is forgotten
    const forgetful = codec<Jar>('jar', ['id'], { id: required(text), size: required(integer) });

    expect(forgetful.toItem({ id: 'j1', size: 3, lid: 'red' })).not.toHaveProperty('lid');
  });

  test('that adds an unknown attribute does not compile, because no row has it', () => {
    const inventive = codec<Jar>('jar', ['id'], {
      id: required(text),
      size: required(integer),
      lid: optional(text),
      // @ts-expect-error: jars have no colour
      colour: required(text),
    });

    expect(() => inventive.fromItem({ id: 'j1', size: 3 })).toThrow('colour is missing');
  });

  test('that confuses required and optional attributes does not compile', () => {
    const strict = codec<Jar>('jar', ['id'], {
      id: required(text),
      size: required(integer),
      // @ts-expect-error: a jar need not have a lid
      lid: required(text),
    });
    const lax = codec<Jar>('jar', ['id'], {
      id: required(text),
      // @ts-expect-error: every jar has a size
      size: optional(integer),
      lid: optional(text),
    });

    expect(() => strict.fromItem({ id: 'j1', size: 3 })).toThrow('lid is missing');
    expect(lax.fromItem({ id: 'j1' }).size).toBeUndefined();
  });

  test('that gives an attribute the wrong kind does not compile', () => {
    const mistaken = codec<Jar>('jar', ['id'], {
      id: required(text),
      // @ts-expect-error: a size is no text
      size: required(text),
      lid: optional(text),
    });

    expect(() => mistaken.fromItem({ id: 'j1', size: 3 })).toThrow('size is no text');
  });
});

describe('A damaged row', () => {
  const order: Item = orders.toItem(anOrder('o1', { mug: 2, cup: 1 }));
  const [mug, cup] = anOrder('o1', { mug: 2, cup: 1 }).items;
  const withLine = (line: unknown): Item => ({ ...order, items: [mug, line] });
  const without = (item: Item, name: string): Item =>
    Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));

  const message = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(DamagedItemError);
      expect(error).toHaveProperty('name', 'DamagedItemError');
      return (error as Error).message;
    }
    throw new Error('It was read');
  };

  test.each<[string, Item, string]>([
    ['a line that is null', withLine(null), 'items[1] is no record'],
    ['a line that is text', withLine('cup'), 'items[1] is no record'],
    ['lines that are no list', { ...order, items: {} }, 'items is no list'],
    ['no lines', without(order, 'items'), 'items is missing'],
    [
      'text for a number in a line',
      withLine({ ...cup, quantity: '1' }),
      'items[1].quantity is no whole number',
    ],
    [
      'a line without an attribute',
      withLine({ ...cup, shippedQuantity: undefined }),
      'items[1].shippedQuantity is missing',
    ],
    ['text for a number', { ...order, version: '1' }, 'version is no whole number'],
    ['null for a number', { ...order, version: null }, 'version is no whole number'],
    [
      'a number above the safe integers',
      { ...order, version: 9_007_199_254_740_993n },
      'version is no whole number',
    ],
    ['a fraction', { ...order, round: 1.5 }, 'round is no whole number'],
    ['a number for text', { ...order, createdAt: 7 }, 'createdAt is no time'],
    ['a list for text', { ...order, createdAt: [NOW] }, 'createdAt is no time'],
    ['a day without a time', { ...order, createdAt: '2026-03-02' }, 'createdAt is no time'],
    ['a time with more before it', { ...order, createdAt: `+00${NOW}` }, 'createdAt is no time'],
    [
      'a time with more behind it',
      { ...order, createdAt: `${NOW} (noon)` },
      'createdAt is no time',
    ],
    ['text that is no time', { ...order, updatedAt: 'yesterday' }, 'updatedAt is no time'],
    [
      'a date that does not exist',
      { ...order, createdAt: '2026-02-31T99:00:00.000Z' },
      'createdAt is no time',
    ],
    [
      'null for an optional attribute',
      { ...order, cancellationNote: null },
      'cancellationNote is no text',
    ],
    ['a missing version', without(order, 'version'), 'version is missing'],
    [
      'an unknown status',
      { ...order, status: 'returned' },
      'status is none of pending, confirmed, shipped, delivered, cancelled',
    ],
    [
      'a reason that is no text',
      { ...order, cancellationReason: 7 },
      'cancellationReason is no text',
    ],
    ['a flag that is false', { ...order, placing: false }, 'placing is none of true'],
    [
      'a cause that is no text',
      { ...order, movementReferences: ['order_o1', 2] },
      'movementReferences[1] is no text',
    ],
  ])('of an order throws an error that says what is wrong: %s', (_, item, what) => {
    expect(message(() => orders.fromItem(item))).toBe(`order o1 is damaged: ${what}`);
  });

  test('is named by its full key', () => {
    expect(message(() => products.fromItem({ ...aProduct('mug'), name: 1 }))).toBe(
      'product mug is damaged: name is no text',
    );
    expect(message(() => stockMovements.fromItem({ ...aMovement(), quantity: '1' }))).toBe(
      'stock movement stocktaking adjustment#mug is damaged: quantity is no whole number',
    );
    expect(message(() => batches.fromItem({ id: 'b1', createdAt: NOW, expiresAt: 1 }))).toBe(
      'batch b1 is damaged: orderIds is missing',
    );
    expect(message(() => turns.fromItem({ id: 'writing', doneAt: 'soon' }))).toBe(
      'turn writing is damaged: doneAt is no time',
    );
    expect(message(() => orderStates.fromItem({ id: 'o1', status: 'returned' }))).toMatch(
      /^order o1 is damaged: status is none of /,
    );
  });

  test('without a key is named `product undefined`', () => {
    expect(message(() => products.fromItem({}))).toBe(
      'product undefined is damaged: id is missing',
    );
  });
});

describe('An error that says nothing about the row', () => {
  test('is passed on as it is', () => {
    const broken = {
      ...aProduct('mug'),
      get name(): string {
        throw new RangeError('out of memory');
      },
    };

    expect(() => products.fromItem(broken)).toThrow(new RangeError('out of memory'));
  });
});

describe('Attributes that other programs have added', () => {
  test('survive an update of an order', async () => {
    // Prepare
    const order = anOrder('o1', { mug: 2 }, { placing: true, expiresAt: NOW });
    const shop = openShop({ orders: [order] });
    shop.db.put('orders', { ...shop.db.get('orders', { id: 'o1' }), channel: 'market' });

    // Act
    const { placing: _, expiresAt: __, ...rest } = order;
    const placed = { ...rest, version: 2, updatedAt: NOW };
    await shop.store.commit([{ type: 'update-order', order: placed }], () => 1_000);

    // Assess
    expect(shop.db.get('orders', { id: 'o1' })).toMatchObject({ channel: 'market', version: 2 });
    expect(shop.db.get('orders', { id: 'o1' })).not.toHaveProperty('placing');
    expect(await shop.order('o1')).toEqual({ ...placed, writeId: expect.any(String) });
  });

  test('survive a stock move of a product', async () => {
    const shop = openShop({ products: { mug: {} } });
    shop.db.put('products', { ...shop.db.get('products', { id: 'mug' }), colour: 'blue' });

    await shop.store.commit(
      [
        {
          type: 'move-stock',
          productId: 'mug',
          stockDelta: 5,
          reservedDelta: 0,
          movements: 0,
          at: NOW,
        },
      ],
      () => 1_000,
    );

    expect(shop.db.get('products', { id: 'mug' })).toMatchObject({
      colour: 'blue',
      stockQuantity: 105,
    });
  });
});
