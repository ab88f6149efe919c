import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Change } from '../../../lib/domain/change.ts';
import type { Product } from '../../../lib/domain/product.ts';
import type { Step } from '../../../lib/domain/release.ts';
import {
  type ProductQuantity,
  type ReleaseCause,
  release,
  type StockMovement,
} from '../../../lib/domain/stock-movement.ts';
import { toAction } from '../../../lib/dynamodb/transaction.ts';
import { type Facts, movementKey, noFacts } from '../../../lib/group-commit/facts.ts';
import { type Plan, planGroup } from '../../../lib/group-commit/plan.ts';
import { anOrder, aProduct, NOW, TABLES } from '../../support/builders.ts';

type MovementType = ReleaseCause['movementType'];

const cause = (orderId: string, movementType: MovementType): ReleaseCause => ({
  referenceId: `order_${orderId}_${movementType === 'restoration' ? 'cancellation' : 'shipment'}`,
  movementType,
});

/** A step in which these units leave an order, as in `{ mug: 2 }`. */
const step = (
  orderId: string,
  units: Record<string, number>,
  movementType: MovementType = 'restoration',
): Step => ({
  type: 'step',
  decisive: true,
  order: anOrder(orderId, units),
  releases: Object.entries(units).map(([productId, quantity]) => ({
    productId,
    quantity,
    cause: cause(orderId, movementType),
  })),
});

const restoration = (
  orderId: string,
  unit: ProductQuantity,
  reserved: number,
  at: string,
): StockMovement =>
  release(orderId, cause(orderId, 'restoration'), unit, { reserved, stock: 0 }, at);

/** More units than any test takes. */
const PLENTY = 1_000;

const facts = (known: {
  reserved?: Record<string, number>;
  stock?: Record<string, number>;
  gone?: string[];
  recorded?: StockMovement[];
}): Facts => {
  const { reserved = {}, stock = {}, gone = [], recorded = [] } = known;
  const products = new Map<string, Product | undefined>(
    [...Object.keys(reserved), ...Object.keys(stock)].map((id) => [
      id,
      aProduct(id, { stock: stock[id] ?? PLENTY, reserved: reserved[id] ?? PLENTY }),
    ]),
  );
  for (const id of gone) products.set(id, undefined);
  return {
    ...noFacts(),
    products,
    recorded: new Map(recorded.map((movement) => [movementKey(movement), movement])),
  };
};

const ofType = <Type extends Change['type']>(plan: Plan, type: Type) =>
  plan.changes.filter((change): change is Extract<Change, { type: Type }> => change.type === type);

const moves = (plan: Plan) =>
  ofType(plan, 'move-stock').map(({ productId, reservedDelta, expected }) => ({
    productId,
    reservedDelta,
    ...(expected && { expectedReserved: expected.reservedQuantity }),
  }));

const movementsIn = (plan: Plan): StockMovement[] =>
  ofType(plan, 'record-movement').map(({ movement }) => movement);

describe('Planning one transaction for several orders', () => {
  test('updates a shared product once, with the sum of all orders', () => {
    const plan = planGroup(
      [step('o1', { mug: 2, cup: 1 }), step('o2', { mug: 3 }), step('o3', { cup: 4, mug: 1 })],
      noFacts(),
      NOW,
    );

    expect(moves(plan)).toEqual([
      { productId: 'mug', reservedDelta: -6 },
      { productId: 'cup', reservedDelta: -5 },
    ]);
    expect(ofType(plan, 'update-order').map(({ order }) => order.id)).toEqual(['o1', 'o2', 'o3']);
    expect(
      ofType(plan, 'record-movement').map(({ movement }) => [
        movement.referenceId,
        movement.productId,
        movement.quantity,
      ]),
    ).toEqual([
      ['order_o1_cancellation', 'mug', 2],
      ['order_o1_cancellation', 'cup', 1],
      ['order_o2_cancellation', 'mug', 3],
      ['order_o3_cancellation', 'cup', 4],
      ['order_o3_cancellation', 'mug', 1],
    ]);
  });

  test('lowers the reserved units but not the stock, and gives all changes the same time', () => {
    const plan = planGroup([step('o1', { mug: 2 })], noFacts(), NOW);

    expect(ofType(plan, 'move-stock')).toEqual([
      {
        type: 'move-stock',
        productId: 'mug',
        stockDelta: 0,
        reservedDelta: -2,
        movements: 1,
        at: NOW,
      },
    ]);
    expect(ofType(plan, 'record-movement')[0]?.movement).toMatchObject({
      stockDelta: 0,
      reservedDelta: -2,
      createdAt: NOW,
    });
  });

  test('makes only the order update for an order without units', () => {
    const plan = planGroup([step('o1', {}), step('o2', {})], noFacts(), NOW);

    expect(plan.changes.map(({ type }) => type)).toEqual(['update-order', 'update-order']);
    expect(plan.drifts).toEqual([0, 0]);
  });
});

describe('The movement count of a product', () => {
  test('grows by the number of its movements in the commit', () => {
    const plan = planGroup(
      [step('o1', { mug: 2, cup: 1 }), step('o2', { mug: 3 })],
      noFacts(),
      NOW,
    );

    expect(ofType(plan, 'move-stock')).toMatchObject([
      { productId: 'mug', movements: 2 },
      { productId: 'cup', movements: 1 },
    ]);
  });
});

describe('When a product is known to be short, the plan', () => {
  test('gives units to earlier orders first and counts the rest as drift', () => {
    const plan = planGroup(
      [step('o1', { mug: 2 }), step('o2', { mug: 3 }), step('o3', { mug: 1 })],
      facts({ reserved: { mug: 4 } }),
      NOW,
    );

    expect(movementsIn(plan)).toMatchObject([
      { orderId: 'o1', reservedDelta: -2 },
      { orderId: 'o2', reservedDelta: -2 },
      { orderId: 'o3', reservedDelta: 0 },
    ]);
    expect(plan.drifts).toEqual([0, 1, 1]);
    expect(moves(plan)).toEqual([{ productId: 'mug', reservedDelta: -4, expectedReserved: 4 }]);
  });

  test('records the units that the order held, even if fewer units move', () => {
    const plan = planGroup([step('o1', { mug: 5 })], facts({ reserved: { mug: 2 } }), NOW);

    expect(movementsIn(plan)).toMatchObject([{ quantity: 5, reservedDelta: -2 }]);
  });

  test.each([0, -4])('does not move a counter of %i: all 5 units are drift', (reserved) => {
    const plan = planGroup([step('o1', { mug: 5 })], facts({ reserved: { mug: reserved } }), NOW);

    expect(moves(plan)).toEqual([
      { productId: 'mug', reservedDelta: 0, expectedReserved: reserved },
    ]);
    expect(movementsIn(plan)).toMatchObject([{ reservedDelta: 0 }]);
    expect(plan.drifts).toEqual([5]);
  });

  test('does not require the exact counter if the known units are enough', () => {
    const plan = planGroup([step('o1', { mug: 5 })], facts({ reserved: { mug: 5 } }), NOW);

    expect(moves(plan)).toEqual([{ productId: 'mug', reservedDelta: -5 }]);
  });

  test('does not require the exact counter of other products', () => {
    const plan = planGroup([step('o1', { mug: 5, cup: 5 })], facts({ reserved: { mug: 1 } }), NOW);

    expect(moves(plan)).toEqual([
      { productId: 'mug', reservedDelta: -1, expectedReserved: 1 },
      { productId: 'cup', reservedDelta: -5 },
    ]);
  });
});

describe('Releasing units by adjustment instead of restoration', () => {
  test('lowers the stock and the reserved units together', () => {
    const plan = planGroup(
      [step('o1', { mug: 2 }, 'adjustment'), step('o2', { mug: 3 }, 'adjustment')],
      noFacts(),
      NOW,
    );

    expect(ofType(plan, 'move-stock')).toEqual([
      {
        type: 'move-stock',
        productId: 'mug',
        stockDelta: -5,
        reservedDelta: -5,
        movements: 2,
        at: NOW,
      },
    ]);
    expect(ofType(plan, 'record-movement').map(({ movement }) => movement)).toMatchObject([
      { referenceId: 'order_o1_shipment', quantity: -2, stockDelta: -2, reservedDelta: -2 },
      { referenceId: 'order_o2_shipment', quantity: -3, stockDelta: -3, reservedDelta: -3 },
    ]);
  });

  test('updates a product once for adjustments and restorations together', () => {
    const plan = planGroup(
      [step('o1', { mug: 2 }, 'adjustment'), step('o2', { mug: 3 })],
      noFacts(),
      NOW,
    );

    expect(ofType(plan, 'move-stock')).toEqual([
      {
        type: 'move-stock',
        productId: 'mug',
        stockDelta: -2,
        reservedDelta: -5,
        movements: 2,
        at: NOW,
      },
    ]);
  });

  test('gives what stock and reserved units allow, earlier orders first, and counts the rest as drift', () => {
    const known = facts({ stock: { mug: 4 }, reserved: { mug: 6 } });
    const plan = planGroup(
      [
        step('o1', { mug: 3 }, 'adjustment'),
        step('o2', { mug: 2 }),
        step('o3', { mug: 5 }, 'adjustment'),
      ],
      known,
      NOW,
    );

    expect(ofType(plan, 'move-stock')).toEqual([
      {
        type: 'move-stock',
        productId: 'mug',
        stockDelta: -4,
        reservedDelta: -6,
        movements: 3,
        expected: known.products.get('mug'),
        at: NOW,
      },
    ]);
    expect(movementsIn(plan)).toMatchObject([
      { quantity: -3, stockDelta: -3, reservedDelta: -3 },
      { quantity: 2, stockDelta: 0, reservedDelta: -2 },
      { quantity: -5, stockDelta: -1, reservedDelta: -1 },
    ]);
    expect(plan.drifts).toEqual([0, 0, 4]);
  });

  test('requires the exact counters when only the stock is short', () => {
    const known = facts({ stock: { mug: 1 }, reserved: { mug: 9 } });
    const plan = planGroup([step('o1', { mug: 3 }, 'adjustment')], known, NOW);

    expect(ofType(plan, 'move-stock')).toMatchObject([
      { stockDelta: -1, reservedDelta: -3, expected: { stockQuantity: 1, reservedQuantity: 9 } },
    ]);
  });

  test('moves no units of a deleted product, and counts them as drift', () => {
    const plan = planGroup([step('o1', { mug: 3 }, 'adjustment')], facts({ gone: ['mug'] }), NOW);

    expect(plan.changes.map(({ type }) => type)).toEqual(['update-order', 'require-no-product']);
    expect(plan.drifts).toEqual([3]);
  });
});

describe('When a product is known to be deleted, the plan', () => {
  test('requires once that it still does not exist, and records no movement for it', () => {
    const plan = planGroup(
      [step('o1', { mug: 2, cup: 1 }), step('o2', { mug: 3 })],
      facts({ gone: ['mug'] }),
      NOW,
    );

    expect(ofType(plan, 'require-no-product')).toEqual([
      { type: 'require-no-product', productId: 'mug' },
    ]);
    expect(moves(plan)).toEqual([{ productId: 'cup', reservedDelta: -1 }]);
    expect(movementsIn(plan)).toMatchObject([{ orderId: 'o1', productId: 'cup' }]);
    expect(plan.drifts).toEqual([2, 3]);
  });
});

describe('When a movement is known to be in the ledger, the plan', () => {
  const recorded = restoration('o1', { productId: 'mug', quantity: 2 }, 2, '2026-01-01');

  test('does not move that product again for that order, but does for the others', () => {
    const plan = planGroup(
      [step('o1', { mug: 2, cup: 1 }), step('o2', { mug: 3 })],
      facts({ recorded: [recorded] }),
      NOW,
    );

    expect(moves(plan)).toEqual([
      { productId: 'cup', reservedDelta: -1 },
      { productId: 'mug', reservedDelta: -3 },
    ]);
    expect(movementsIn(plan)).toMatchObject([
      { orderId: 'o1', productId: 'cup' },
      { orderId: 'o2', productId: 'mug' },
    ]);
    expect(plan.drifts).toEqual([0, 0]);
  });

  test('does not update a product that no other order moves', () => {
    const plan = planGroup([step('o1', { mug: 2 })], facts({ recorded: [recorded] }), NOW);

    expect(plan.changes.map(({ type }) => type)).toEqual(['update-order', 'require-movement']);
  });

  test('requires that the ledger still has exactly that movement', () => {
    const plan = planGroup(
      [step('o1', { mug: 2, cup: 1 }), step('o2', { mug: 3 })],
      facts({ recorded: [recorded] }),
      NOW,
    );

    expect(ofType(plan, 'require-movement')).toEqual([
      { type: 'require-movement', movement: recorded },
    ]);
  });
});

describe('For any orders and any known facts', () => {
  const PRODUCTS = ['mug', 'cup', 'pot', 'jug'];
  const someUnits = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...PRODUCTS), fc.integer({ min: 1, max: 20 })), {
      selector: ([productId]) => productId,
    })
    .map((units) => Object.fromEntries(units));
  const someSteps = fc
    .array(someUnits, { minLength: 1, maxLength: 24 })
    .map((units) => units.map((each, index) => step(`o${index}`, each)));
  const someFacts = (steps: Step[]) =>
    fc
      .record({
        reserved: fc.dictionary(fc.constantFrom(...PRODUCTS), fc.integer({ min: -10, max: 200 })),
        gone: fc.subarray(PRODUCTS),
        recorded: fc.subarray(
          steps.flatMap(({ order, releases }) =>
            releases.map((unit) => restoration(order.id, unit, unit.quantity, NOW)),
          ),
        ),
      })
      .map(({ reserved, gone, recorded }) => {
        for (const id of gone) delete reserved[id];
        return facts({ reserved, gone, recorded });
      });
  const someGroup = someSteps.chain((steps) => fc.tuple(fc.constant(steps), someFacts(steps)));

  const asked = (steps: readonly Step[], productId: string, known: Facts): number =>
    steps
      .flatMap(({ order, releases }) =>
        releases.filter(
          (unit) =>
            unit.productId === productId &&
            !known.recorded.has(movementKey(restoration(order.id, unit, 0, NOW))),
        ),
      )
      .reduce((sum, { quantity }) => sum + quantity, 0);

  test('the plan moves the units that are asked for, up to what is reserved', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        const plan = planGroup(steps, known, NOW);
        for (const id of PRODUCTS) {
          const wanted = asked(steps, id, known);
          const there = !known.products.has(id)
            ? Number.POSITIVE_INFINITY
            : Math.max(0, known.products.get(id)?.reservedQuantity ?? 0);
          const moved = moves(plan).find(({ productId }) => productId === id)?.reservedDelta ?? 0;
          expect(moved).toBe(0 - Math.min(there, wanted));
        }
      }),
    );
  });

  test('the movements of a product add up to its counter change and its movement count', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        const plan = planGroup(steps, known, NOW);
        for (const { productId, reservedDelta } of moves(plan)) {
          const recorded = ofType(plan, 'record-movement')
            .filter(({ movement }) => movement.productId === productId)
            .reduce((sum, { movement }) => sum + movement.reservedDelta, 0);
          expect(recorded).toBe(reservedDelta);
        }
        for (const { productId, movements } of ofType(plan, 'move-stock')) {
          const recorded = ofType(plan, 'record-movement').filter(
            ({ movement }) => movement.productId === productId,
          );
          expect(movements).toBe(recorded.length);
        }
        for (const { movement } of ofType(plan, 'record-movement')) {
          expect(moves(plan).map(({ productId }) => productId)).toContain(movement.productId);
        }
      }),
    );
  });

  test('drift is exactly the units that are asked for and not moved', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        const plan = planGroup(steps, known, NOW);
        const wanted = PRODUCTS.reduce((sum, id) => sum + asked(steps, id, known), 0);
        const moved = moves(plan).reduce((sum, { reservedDelta }) => sum - reservedDelta, 0);
        const drift = plan.drifts.reduce((sum, one) => sum + one, 0);
        expect(drift).toBe(wanted - moved);
      }),
    );
  });

  test('the exact counter is required if and only if a product gives less than is asked for', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        for (const { productId, reservedDelta, expectedReserved } of moves(
          planGroup(steps, known, NOW),
        )) {
          const short = 0 - reservedDelta < asked(steps, productId, known);
          expect(expectedReserved).toBe(
            short ? known.products.get(productId)?.reservedQuantity : undefined,
          );
        }
      }),
    );
  });

  test('no two changes touch the same item', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        const items = planGroup(steps, known, NOW).changes.map((change) => {
          const { Put, Update, ConditionCheck } = toAction(change, TABLES, 'w1');
          const { id, referenceId, entry } = Put?.Item ?? (Update ?? ConditionCheck)?.Key ?? {};
          return JSON.stringify([
            (Put ?? Update ?? ConditionCheck)?.TableName,
            id ?? [referenceId, entry],
          ]);
        });
        expect(new Set(items).size).toBe(items.length);
      }),
    );
  });

  test('there are at most as many changes as orders, lines and products together', () => {
    fc.assert(
      fc.property(someGroup, ([steps, known]) => {
        const lines = steps.reduce((sum, { releases }) => sum + releases.length, 0);
        const products = new Set(
          steps.flatMap(({ releases }) => releases.map((unit) => unit.productId)),
        );
        const bound = steps.length + lines + products.size;
        const { changes } = planGroup(steps, known, NOW);
        expect(changes.length).toBeLessThanOrEqual(bound);
      }),
    );
  });
});
