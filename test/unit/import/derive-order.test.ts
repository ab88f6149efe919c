/** What becomes of an order of the Rails code, by what its tables say of it. */
import { describe, expect, test } from '@jest/globals';
import type { OrderStatus } from '../../../lib/domain/order-status.ts';
import { deriveOrder } from '../../../lib/import/rails/derive-order.ts';
import type { RawMovement } from '../../../lib/import/rails/raw.ts';
import { wordsOf } from '../../support/rails-export.ts';

const AT = '2024-01-02T03:04:05.123Z';

type Told = readonly [type: RawMovement['type'], units: number];
const reserved = (units: number): Told => ['reservation', units];
const restored = (units: number): Told => ['restoration', units];
const adjusted = (units: number): Told => ['adjustment', units];

const derived = (
  status: OrderStatus | { readonly unknown: string } | undefined,
  ordered: number,
  movements: readonly Told[],
  {
    isGone = false,
    statuses = {},
  }: { isGone?: boolean; statuses?: Record<string, OrderStatus> } = {},
) =>
  deriveOrder(
    {
      id: '7',
      ...(status && { row: { status, createdAt: AT, statusSince: AT } }),
      ordered: new Map(ordered > 0 ? [['tea', ordered]] : []),
      movements: movements.map(([type, units], index) => ({
        id: String(index + 1),
        type,
        productId: 'tea',
        units,
        referenceId: `po-${index}`,
        // All at the same time: a shop may restore in the moment in which it reserves.
        at: AT,
      })),
      gone: new Set(isGone ? ['tea'] : []),
    },
    { statuses, expiresAt: undefined },
  );

const line = (held: number, shipped: number, cancelled: number) => ({
  productId: 'tea',
  reservedQuantity: held,
  shippedQuantity: shipped,
  cancelledQuantity: cancelled,
});

describe('An order of which nothing is wrong', () => {
  test.each([
    ['a pending one holds what it reserved', 'pending', 3, [reserved(3)], line(3, 0, 0)],
    [
      'two rows of one product are one line',
      'confirmed',
      5,
      [reserved(3), reserved(2)],
      line(5, 0, 0),
    ],
    ['a shipped one has shipped it', 'shipped', 3, [reserved(3)], line(0, 3, 0)],
    ['a delivered one, too', 'delivered', 3, [reserved(3)], line(0, 3, 0)],
    ['its shop took it out of the stock', 'shipped', 3, [reserved(3), adjusted(-3)], line(0, 3, 0)],
    ['a cancelled one gave it back', 'cancelled', 3, [reserved(3), restored(3)], line(0, 0, 3)],
    ['in two rows', 'cancelled', 3, [reserved(3), restored(1), restored(2)], line(0, 0, 3)],
    ['whichever row came first', 'cancelled', 3, [restored(3), reserved(3)], line(0, 0, 3)],
  ] as const)('%s', (_, status, ordered, movements, expected) => {
    const { record, findings } = derived(status, ordered, movements);

    expect(findings).toEqual([]);
    expect(record?.items).toEqual([expected]);
  });

  test('a cancelled one that never reserved has a line of which the ledger tells nothing', () => {
    const { record, findings } = derived('cancelled', 3, []);

    expect(findings).toEqual([]);
    expect(record?.items).toEqual([{ ...line(0, 0, 3), notInLedger: true }]);
  });
});

describe('What is wrong', () => {
  test.each([
    [
      'restored again',
      'cancelled',
      3,
      [reserved(3), restored(3), restored(3)],
      'restored_twice',
      3,
      line(0, 0, 3),
    ],
    [
      'restored too much',
      'cancelled',
      3,
      [reserved(3), restored(5)],
      'restored_too_much',
      2,
      line(0, 0, 3),
    ],
    ['restored, never reserved', 'cancelled', 0, [restored(2)], 'restored_too_much', 2, undefined],
    ['never restored', 'cancelled', 3, [reserved(3)], 'not_restored', 3, line(0, 0, 3)],
    [
      'restored in part',
      'cancelled',
      3,
      [reserved(3), restored(2)],
      'not_restored',
      1,
      line(0, 0, 3),
    ],
    [
      'restored while open',
      'confirmed',
      3,
      [reserved(3), restored(1)],
      'restored_while_open',
      1,
      line(2, 0, 1),
    ],
    [
      'restored after shipping',
      'delivered',
      3,
      [reserved(3), restored(3)],
      'restored_after_shipping',
      3,
      line(0, 3, 0),
    ],
    [
      'ordered more than reserved',
      'pending',
      3,
      [reserved(1)],
      'ordered_not_reserved',
      2,
      line(1, 0, 0),
    ],
    ['ordered, and nothing reserved', 'pending', 3, [], 'ordered_not_reserved', 3, undefined],
    [
      'reserved more than ordered',
      'pending',
      3,
      [reserved(4)],
      'reserved_not_ordered',
      1,
      line(4, 0, 0),
    ],
    ['shipped without a reservation', 'shipped', 3, [], 'shipped_not_reserved', 3, line(0, 3, 0)],
  ] as const)(
    '%s is told, with its units',
    (_, status, ordered, movements, kind, quantity, expected) => {
      const { record, findings } = derived(status, ordered, movements);

      expect(findings.map(wordsOf)).toEqual([
        wordsOf({ kind, orderId: '7', productId: 'tea', quantity }),
      ]);
      expect(record?.items).toEqual(expected ? [expected] : []);
    },
  );

  test('an order without a row is not imported, and still counts in the old counter', () => {
    const { record, findings, shares } = derived(undefined, 2, [reserved(2)]);

    expect(record).toBeUndefined();
    expect(findings.map(({ kind }) => kind)).toEqual(['unknown_order']);
    expect(shares.get('tea')).toMatchObject({ net: 2 });
  });

  test.each([
    ['pending', line(0, 0, 3)],
    ['shipped', line(0, 3, 0)],
    ['cancelled', line(0, 0, 3)],
  ] as const)('a product that is gone holds nothing of a %s order', (status, expected) => {
    const { record, findings, holdings } = derived(status, 3, [reserved(3)], { isGone: true });

    expect(findings.map(({ kind }) => kind)).toEqual(['unknown_product']);
    expect(record?.items).toEqual([{ ...expected, notInLedger: true }]);
    expect(holdings.size).toBe(0);
  });

  test.each([
    ['holds units', [reserved(3)], 'confirmed'],
    ['holds none', [reserved(3), restored(3)], 'cancelled'],
  ] as const)('an unknown status is one by what the order holds: it %s', (_, movements, status) => {
    const { record, findings } = derived({ unknown: 'on_hold' }, 3, movements);

    expect(record?.status).toBe(status);
    expect(findings.map(({ kind }) => kind)).toEqual(['unknown_status']);
  });

  test('a status that is mapped is not wrong', () => {
    const { record, findings } = derived({ unknown: 'paid' }, 3, [reserved(3)], {
      statuses: { paid: 'confirmed' },
    });

    expect(record?.status).toBe('confirmed');
    expect(findings).toEqual([]);
  });

  test.each([
    ['has too many lines', 2_001, 'p-', 1, 'has 2001 lines, and an order can have 2000'],
    [
      'has lines with ids that are too long',
      2_000,
      'p'.repeat(60),
      999_999_999,
      'has 2000 lines with ids so long that an order has no room for them',
    ],
  ])(
    'an order that no row has room for is not imported, and told: it %s',
    (_, lines, id, units, is) => {
      const movements = Array.from({ length: lines }, (__, index) => ({
        id: String(index),
        type: 'reservation' as const,
        productId: `${id}${index}`,
        units,
        referenceId: '',
        at: AT,
      }));
      const ordered = new Map(movements.map(({ productId }) => [productId, units]));
      const row = { status: 'pending' as const, createdAt: AT, statusSince: AT };

      const { record, findings, holdings } = deriveOrder(
        { id: '7', row, ordered, movements, gone: new Set() },
        { statuses: {}, expiresAt: undefined },
      );

      expect(record).toBeUndefined();
      expect(holdings.size).toBe(0);
      expect(findings).toEqual([
        expect.objectContaining({ kind: 'too_many_lines', is, done: 'not imported' }),
      ]);
    },
  );
});

test('Goods that its shop took out of the stock when they were shipped are not taken out again', () => {
  expect(derived('shipped', 3, [reserved(3)]).shares.get('tea')).toMatchObject({ stillCounted: 3 });
  const { shares } = derived('shipped', 3, [reserved(3), adjusted(-3)]);
  expect(shares.get('tea')).toMatchObject({ stillCounted: 0 });
});
