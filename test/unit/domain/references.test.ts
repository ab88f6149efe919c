import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { causes, imports, references, repairs } from '../../../lib/domain/references.ts';
import { listMovements } from '../../../lib/http/operations/list-movements.ts';

const {
  opening,
  partialCancellation,
  partialShipment,
  return: returning,
  ...ofOrders
} = references;
/** Those whose names contain a key. */
const ofParts = [partialCancellation, partialShipment, returning];

/** Every id or key that a caller may choose, which excludes `_` and `~`. */
const someId = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);

/** Every cause that an order can have in these rounds. */
const causesOf = (id: string, rounds: readonly number[], keys: readonly string[]): string[] =>
  rounds.flatMap((round) => [
    ...Object.values(ofOrders).map((name) => name({ id, round })),
    ...keys.flatMap((key) => ofParts.map((name) => name({ id, round }, key))),
  ]);

describe('The references of causes', () => {
  test('have the form of the Rails shop in round 1', () => {
    const order = { id: '7', round: 1 };

    expect(references.placement(order)).toBe('order_7');
    expect(references.cancellation(order)).toBe('order_7_cancellation');
    expect(references.partialCancellation(order, 'a.b-1')).toBe('order_7_cancellation_a.b-1');
    expect(references.shipment(order)).toBe('order_7_shipment');
    expect(references.partialShipment(order, 'k1')).toBe('order_7_shipment_k1');
    expect(references.return(order, 'k1')).toBe('order_7_return_k1');
    expect(references.opening('7')).toBe('product_7_opening');
  });

  test('contain the round from round 2 on', () => {
    const order = { id: '7', round: 2 };

    expect(references.placement(order)).toBe('order_7~2');
    expect(references.cancellation(order)).toBe('order_7~2_cancellation');
    expect(references.partialCancellation(order, 'a.b-1')).toBe('order_7~2_cancellation_a.b-1');
    expect(references.shipment(order)).toBe('order_7~2_shipment');
    expect(references.shipment({ id: '7', round: 12 })).toBe('order_7~12_shipment');
  });

  test('are accepted by the HTTP operation that lists movements', () => {
    const id = 'x'.repeat(64);
    const order = { id, round: 1_000 };
    const names = [
      ...Object.values(ofOrders).map((name) => name(order)),
      ...ofParts.map((name) => name(order, id)),
      opening(id),
    ];

    for (const referenceId of names) {
      expect(listMovements.query?.safeParse({ referenceId })).toMatchObject({ success: true });
    }
  });

  test('are all different, because an id contains no underscore and no tilde', () => {
    const ids = ['7', 'order', 'cancellation', '7.cancellation', '7-cancellation', 'opening', '2'];

    const names = [
      ...ids.map((id) => opening(id)),
      ...ids.flatMap((id) => causesOf(id, [1, 2, 3], ids)),
    ];

    expect(new Set(names).size).toBe(names.length);
  });

  test('are all different for any ids, rounds and keys', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someId, { maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
        fc.uniqueArray(someId, { maxLength: 4 }),
        (ids, rounds, keys) => {
          const names = ids.flatMap((id) => causesOf(id, rounds, keys));
          expect(new Set(names).size).toBe(names.length);
        },
      ),
    );
  });
});

describe('The causes of a repair and of an import', () => {
  const order = { id: '7', round: 2 };

  test('say that they are', () => {
    expect(repairs.ofOrder(order, 'reservation', 'k1')).toBe('order_7~2_reservation_repair-k1');
    expect(repairs.ofCancellation(order, 'k1')).toBe('order_7~2_cancellation_repair-k1');
    expect(repairs.ofProduct('mug', 'k1')).toBe('product_mug_repair-k1');
    expect(imports.openingPart('mug', 'o1')).toBe('product_mug_opening_o1');
    expect(imports.partialCancellation(order)).toBe('order_7~2_cancellation_import');
  });
});

describe('The name of a cause tells', () => {
  const first = { id: '7', round: 1 };
  const later = { id: '7', round: 2 };
  /** Each kind of cause, and whether it reserves, ships, or cancels a whole order. */
  const KINDS = [
    ['a placement', references.placement(first), 'reservation'],
    ['a reinstatement', references.placement(later), 'reservation'],
    ['a reservation by a repair', repairs.ofOrder(later, 'reservation', 'k1'), 'reservation'],
    ['a shipment', references.shipment(first), 'shipment'],
    ['a partial shipment', references.partialShipment(later, 'k1'), 'shipment'],
    ['a shipment by a repair', repairs.ofOrder(first, 'shipment', 'k1'), 'shipment'],
    ['a cancellation', references.cancellation(first), 'cancellation'],
    ['a cancellation of a later round', references.cancellation(later), 'cancellation'],
    ['a partial cancellation', references.partialCancellation(first, 'k1'), 'other'],
    ['a cancellation by a repair', repairs.ofCancellation(first, 'k1'), 'other'],
    ['a return', references.return(first, 'shipment'), 'other'],
    ['a reinstatement that was given up', references.givenUpReinstatement(later), 'other'],
  ] as const;

  test.each(KINDS)('the kind of %s', (_, referenceId, kind) => {
    expect(causes.isReservation(referenceId)).toBe(kind === 'reservation');
    expect(causes.isShipment(referenceId)).toBe(kind === 'shipment');
    expect(causes.isCancellation(referenceId)).toBe(kind === 'cancellation');
  });

  test.each(KINDS.map(([kind, name]) => [kind, name]))('whose it is: %s', (_, referenceId) => {
    expect(causes.isOfOrders(referenceId)).toBe(true);
    expect(causes.isOf('7', referenceId)).toBe(true);
    expect(causes.isOf('77', referenceId)).toBe(false);
  });

  test.each([references.opening('7'), repairs.ofProduct('7', 'k1'), 'stocktaking'])(
    'that it is of no order: %s',
    (referenceId) => {
      expect(causes.isOfOrders(referenceId)).toBe(false);
      expect(causes.isOf('7', referenceId)).toBe(false);
    },
  );

  test('that it is not of an order whose id only begins alike', () => {
    expect(causes.isOf('7', 'order_77')).toBe(false);
    expect(causes.isOf('7', 'order_77_cancellation')).toBe(false);
    expect(causes.isOf('77', 'order_7')).toBe(false);
  });
});
