import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  continuePlacing,
  hasSameLines,
  mergeLines,
  type Order,
  placeOrder,
} from '../../../lib/domain/order.ts';
import type { ProductQuantity } from '../../../lib/domain/stock-movement.ts';
import { aLine, anOrder, EARLIER, NOW } from '../../support/builders.ts';

const unit = (productId: string, quantity: number): ProductQuantity => ({ productId, quantity });

const someLines = fc.array(
  fc.record({
    productId: fc.constantFrom('mug', 'cup', 'pot'),
    quantity: fc.integer({ min: 1, max: 1_000_000_000 }),
  }),
  { maxLength: 20 },
);

describe('Merging lines', () => {
  test('adds up the lines of one product, in the place of the first', () => {
    const merged = mergeLines([unit('mug', 2), unit('cup', 1), unit('mug', 3)]);

    expect(merged).toEqual([unit('mug', 5), unit('cup', 1)]);
  });

  test('leaves lines of different products alone', () => {
    const lines = [unit('mug', 2), unit('cup', 2)];

    expect(mergeLines(lines)).toEqual(lines);
  });

  test('of nothing is nothing', () => {
    expect(mergeLines([])).toEqual([]);
  });

  test('takes any product id for a name and nothing else', () => {
    const lines = [unit('constructor', 1), unit('toString', 2), unit('constructor', 4)];

    expect(mergeLines(lines)).toEqual([unit('constructor', 5), unit('toString', 2)]);
  });

  test('neither loses nor invents units', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const merged = mergeLines(lines);
        const total = (all: ProductQuantity[]) => all.reduce((sum, one) => sum + one.quantity, 0);
        expect(total(merged)).toBe(total(lines));
        expect(new Set(merged.map(({ productId }) => productId)).size).toBe(merged.length);
        expect(mergeLines(merged)).toEqual(merged);
      }),
    );
  });
});

describe('Placing an order', () => {
  test('makes a pending order that holds everything it asks for', () => {
    const { order } = placeOrder({ id: 'o1', items: [unit('mug', 2), unit('cup', 1)] }, NOW, 49);

    expect(order).toEqual({
      id: 'o1',
      status: 'pending',
      items: [
        { productId: 'mug', quantity: 2, reservedQuantity: 2, cancelledQuantity: 0 },
        { productId: 'cup', quantity: 1, reservedQuantity: 1, cancelledQuantity: 0 },
      ],
      version: 1,
      movementReferences: ['order_o1'],
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  test('reserves each product once', () => {
    const { movements } = placeOrder(
      { id: 'o1', items: [unit('mug', 2), unit('cup', 1), unit('mug', 3)] },
      NOW,
      49,
    );

    expect(movements).toEqual([
      {
        referenceId: 'order_o1',
        entry: 'reservation#mug',
        productId: 'mug',
        orderId: 'o1',
        movementType: 'reservation',
        quantity: -5,
        stockDelta: 0,
        reservedDelta: 5,
        createdAt: NOW,
      },
      expect.objectContaining({ entry: 'reservation#cup', quantity: -1, reservedDelta: 1 }),
    ]);
  });
});

describe('Placing an order step by step', () => {
  const items = [unit('mug', 2), unit('cup', 1), unit('pot', 3)];

  test('takes hold of the first lines, and of all of them in their time', () => {
    const first = placeOrder({ id: 'o1', items }, EARLIER, 2);
    const second = continuePlacing(first.order, NOW, 2);

    expect(first.order).toEqual({
      id: 'o1',
      status: 'pending',
      items: [aLine('mug', 2), aLine('cup', 1), aLine('pot', 3, { reservedQuantity: 0 })],
      version: 1,
      movementReferences: ['order_o1'],
      placing: true,
      createdAt: EARLIER,
      updatedAt: EARLIER,
    });
    expect(first.movements.map(({ entry }) => entry)).toEqual([
      'reservation#mug',
      'reservation#cup',
    ]);
    expect(second.order).toEqual({
      ...anOrder('o1', { mug: 2, cup: 1, pot: 3 }),
      version: 2,
      createdAt: EARLIER,
      updatedAt: NOW,
    });
    expect(second.order).not.toHaveProperty('placing');
    expect(second.movements).toMatchObject([
      { productId: 'pot', reservedDelta: 3, createdAt: NOW },
    ]);
  });

  test('asks for what was cancelled meanwhile no more', () => {
    const order = anOrder(
      'o1',
      [
        aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 }),
        aLine('cup', 4, { reservedQuantity: 0, cancelledQuantity: 1 }),
      ],
      { placing: true },
    );

    const step = continuePlacing(order, NOW, 49);

    expect(step.movements).toMatchObject([{ productId: 'cup', quantity: -3, reservedDelta: 3 }]);
    expect(step.order.items).toEqual([
      order.items[0],
      aLine('cup', 4, { reservedQuantity: 3, cancelledQuantity: 1 }),
    ]);
  });

  test('keeps everything else that the order is', () => {
    const order = anOrder('o1', [aLine('mug', 1, { reservedQuantity: 0 })], {
      placing: true,
      version: 7,
      movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
    });
    const { placing: _, ...rest } = order;

    expect(continuePlacing(order, NOW, 49).order).toEqual({
      ...rest,
      items: [aLine('mug', 1)],
      version: 8,
      updatedAt: NOW,
    });
  });

  test('reserves every unit once in as few steps as there may be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (quantities, atMost) => {
          const wanted = quantities.map((quantity, index) => unit(`p${index}`, quantity));
          let step = placeOrder({ id: 'o1', items: wanted }, NOW, atMost);
          let movements = [...step.movements];
          let steps = 1;
          for (; step.order.placing; steps += 1) {
            step = continuePlacing(step.order, NOW, atMost);
            movements = [...movements, ...step.movements];
          }
          const expected: Order['items'] = wanted.map((one) => aLine(one.productId, one.quantity));
          expect(step.order.items).toEqual(expected);
          expect(steps).toBe(Math.ceil(wanted.length / atMost));
          expect(
            movements.map(({ productId, reservedDelta }) => unit(productId, reservedDelta)),
          ).toEqual(wanted);
        },
      ),
    );
  });
});

describe('Comparing an order with lines', () => {
  const order = anOrder('o1', { mug: 5, cup: 1 });

  test.each([
    ['the same lines', [unit('mug', 5), unit('cup', 1)]],
    ['the same lines the other way round', [unit('cup', 1), unit('mug', 5)]],
    ['lines that add up to the same', [unit('mug', 2), unit('cup', 1), unit('mug', 3)]],
  ])('%s are the same', (_, lines) => {
    expect(hasSameLines(order, lines)).toBe(true);
  });

  test.each([
    ['no lines', []],
    ['fewer lines', [unit('mug', 5)]],
    ['more lines', [unit('mug', 5), unit('cup', 1), unit('pot', 1)]],
    ['other products', [unit('mug', 5), unit('pot', 1)]],
    ['other quantities', [unit('mug', 5), unit('cup', 2)]],
    ['lines that add up to more', [unit('mug', 5), unit('cup', 1), unit('mug', 1)]],
  ])('%s are not', (_, lines) => {
    expect(hasSameLines(order, lines)).toBe(false);
  });

  test('what the order still holds does not matter', () => {
    const held = order.items.map((line) => ({ ...line, reservedQuantity: 0 }));

    expect(hasSameLines({ ...order, items: held }, [unit('mug', 5), unit('cup', 1)])).toBe(true);
  });

  test('an order is the same as what it was placed with', () => {
    fc.assert(
      fc.property(someLines, (items) => {
        expect(hasSameLines(placeOrder({ id: 'o1', items }, NOW, 49).order, items)).toBe(true);
      }),
    );
  });
});
