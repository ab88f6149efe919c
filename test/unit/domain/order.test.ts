import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideCancellation } from '../../../lib/domain/cancellation.ts';
import { decideTransition } from '../../../lib/domain/lifecycle.ts';
import {
  hasSameLines,
  hereSince,
  holdsUnits,
  isGrowing,
  isImporting,
  mergeLines,
  missingUnits,
  movedTo,
  nextVersion,
  statusBegins,
} from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
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
  test('adds up the lines of one product at the place of the first', () => {
    const merged = mergeLines([unit('mug', 2), unit('cup', 1), unit('mug', 3)]);

    expect(merged).toEqual([unit('mug', 5), unit('cup', 1)]);
  });

  test('keeps lines of different products', () => {
    const lines = [unit('mug', 2), unit('cup', 2)];

    expect(mergeLines(lines)).toEqual(lines);
  });

  test('returns no lines for no lines', () => {
    expect(mergeLines([])).toEqual([]);
  });

  test('accepts product ids that are JavaScript property names', () => {
    const lines = [unit('constructor', 1), unit('toString', 2), unit('constructor', 4)];

    expect(mergeLines(lines)).toEqual([unit('constructor', 5), unit('toString', 2)]);
  });

  test('keeps the total of units, has one line for each product, and can be repeated', () => {
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

describe('Comparing an order with lines', () => {
  const order = anOrder('o1', { mug: 5, cup: 1 });

  test.each([
    ['the same lines', [unit('mug', 5), unit('cup', 1)]],
    ['the same lines in another order', [unit('cup', 1), unit('mug', 5)]],
    ['lines that add up to the same', [unit('mug', 2), unit('cup', 1), unit('mug', 3)]],
  ])('%s are equal', (_, lines) => {
    expect(hasSameLines(order, lines)).toBe(true);
  });

  test.each([
    ['no lines', []],
    ['fewer lines', [unit('mug', 5)]],
    ['more lines', [unit('mug', 5), unit('cup', 1), unit('pot', 1)]],
    ['other products', [unit('mug', 5), unit('pot', 1)]],
    ['other quantities', [unit('mug', 5), unit('cup', 2)]],
    ['lines that add up to more', [unit('mug', 5), unit('cup', 1), unit('mug', 1)]],
  ])('%s are not equal', (_, lines) => {
    expect(hasSameLines(order, lines)).toBe(false);
  });

  test('ignores how many units the order still holds', () => {
    const held = order.items.map((line) => ({ ...line, reservedQuantity: 0 }));

    expect(hasSameLines({ ...order, items: held }, [unit('mug', 5), unit('cup', 1)])).toBe(true);
  });
});

describe('The units that a line is missing', () => {
  test.each([
    ['0 while it holds all 5', {}, 0],
    ['3 while it holds 2 of 5', { reservedQuantity: 2 }, 3],
    ['0 after all were shipped', { reservedQuantity: 0, shippedQuantity: 5 }, 0],
    ['0 after all were cancelled', { reservedQuantity: 0, cancelledQuantity: 5 }, 0],
    ['2 when 3 are assigned', { reservedQuantity: 1, shippedQuantity: 1, cancelledQuantity: 1 }, 2],
    [
      '0 after all were shipped and returned',
      { reservedQuantity: 0, shippedQuantity: 5, returnedQuantity: 5 },
      0,
    ],
  ])('are %s', (_, units, missing) => {
    expect(missingUnits(aLine('mug', 5, units))).toBe(missing);
  });
});

describe('The time since which an order has its status', () => {
  const order = anOrder('o1', { mug: 1 }, { statusSince: '2026-03-01T10:00:00.500Z' });

  test('is now', () => {
    expect(statusBegins(order, '2026-03-01T10:00:00.501Z')).toBe('2026-03-01T10:00:00.501Z');
  });

  test('is later than that of the status before, even if a clock is behind', () => {
    const next = '2026-03-01T10:00:00.501Z';
    expect(statusBegins(order, order.statusSince)).toBe(next);
    expect(statusBegins(order, '2026-03-01T10:00:00.499Z')).toBe(next);
    const decided = [
      decideTransition(order, 'confirmed', '2026-03-01T09:00:00.000Z', 49),
      decideCancellation(order, {}, '2026-03-01T09:00:00.000Z', 49),
    ];
    for (const decision of decided) {
      expect(decision).toMatchObject({ order: { statusSince: next } });
    }
  });
});

describe('The next version of an order', () => {
  test('is one higher, was written now, and is the same order in everything else', () => {
    const order = anOrder('o1', { mug: 1 }, { version: 6 });

    expect(nextVersion(order, NOW)).toEqual({ ...order, version: 7, updatedAt: NOW });
  });
});

describe('An order holds units', () => {
  const noMug = aLine('mug', 2, { reservedQuantity: 0 });

  test.each([
    ['if one of its lines does', [noMug, aLine('cup', 1)], true],
    ['not if none of its lines does', [noMug, { ...noMug, productId: 'cup' }], false],
    ['not if it has no lines', [], false],
  ])('%s', (_, lines, holds) => {
    expect(holdsUnits(anOrder('o1', lines))).toBe(holds);
  });
});

test('An order is here since it was placed here or came in, however old it is', () => {
  expect(hereSince(anOrder('o1', {}, { createdAt: EARLIER }))).toBe(EARLIER);
  expect(hereSince(anOrder('o1', {}, { createdAt: EARLIER, importedAt: NOW }))).toBe(NOW);
});

describe('An order grows', () => {
  test.each([
    ['while it is being placed', { placing: true }, { grows: true, imports: false }],
    ['while it is being imported', { importing: true }, { grows: true, imports: true }],
    ['no more after its import', { importedAt: NOW }, { grows: false, imports: false }],
    ['no more after it was placed', {}, { grows: false, imports: false }],
  ] as const)('%s', (_, differences, { grows, imports }) => {
    const order = anOrder('o1', { mug: 1 }, differences);

    expect(isGrowing(order)).toBe(grows);
    expect(isImporting(order)).toBe(imports);
  });
});

describe('An order that moves to another status', () => {
  const lock = { by: 'jwt:anna', since: EARLIER };
  const order = anOrder('o1', { mug: 1 }, { lock, shippedInPart: true });
  const { lock: _, shippedInPart: __, ...released } = order;

  test.each(ORDER_STATUSES)(
    'has it since now, and is in hand until its goods leave: %s',
    (status) => {
      const hasLeft = status === 'shipped' || status === 'delivered';

      expect(movedTo(order, status, NOW)).toStrictEqual({
        ...(hasLeft ? released : order),
        status,
        statusSince: NOW,
      });
    },
  );
});
