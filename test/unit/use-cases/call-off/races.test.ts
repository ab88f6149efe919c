/**
 * Call-offs that meet each other, cancellations, shipments and locks, with faults of DynamoDB and
 * workers that are killed anywhere: the message comes again, and in the end nothing is reserved but
 * what nobody may cancel. Unless somebody opens the product again: then what is ordered after that is
 * spared.
 */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { callOffAll } from '../../../../lib/use-cases/call-off/call-off.ts';
import { cancelOrder } from '../../../../lib/use-cases/cancel-orders.ts';
import { lockOrder, unlockOrder } from '../../../../lib/use-cases/lock-order.ts';
import { shipLines } from '../../../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../../lib/use-cases/transition-order.ts';
import { updateProduct } from '../../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, manyLines } from '../../../support/builders.ts';
import { mugs, starts } from '../../../support/call-offs.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import {
  actionsOf,
  cancelledFor,
  connectionReset,
  type Fault,
  late,
  noFault,
} from '../../../support/faults.ts';
import { killedAfter, survives } from '../../../support/unit-death.ts';
import { unitRuntime } from '../../../support/unit-runtime.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const MUG = [{ productId: 'mug', quantity: 1 }];

const callOff = (ports: Ports) => callOffAll([{ batchId: 'b1' }], ports, () => {});

/** What happens to a shop while its mug is called off. */
const DEEDS = {
  callOff,
  callOffAgain: callOff,
  cancelSmall: (ports: Ports) => cancelOrder({ orderId: 'small' }, ports),
  graceSmall: (ports: Ports) => cancelOrder({ orderId: 'small', graceSeconds: 30 }, ports),
  reinstateSmall: (ports: Ports) => reinstateOrder('small', {}, ports),
  cancelMug: (ports: Ports) =>
    cancelOrder({ orderId: 'other', items: MUG, idempotencyKey: 'k1' }, ports),
  cancelLarge: (ports: Ports) => cancelOrder({ orderId: 'large' }, ports),
  shipSmall: (ports: Ports) => transitionOrder('small', 'shipped', ports),
  shipLarge: (ports: Ports) => transitionOrder('large', 'shipped', ports),
  shipMug: (ports: Ports) => shipLines('other', { items: MUG, idempotencyKey: 's1' }, ports),
  lockOther: (ports: Ports) => lockOrder('other', undefined, ports),
  unlockOther: (ports: Ports) => unlockOrder('other', ports),
  lockSmall: (ports: Ports) => lockOrder('small', undefined, ports),
  placeNew: (ports: Ports) =>
    placeOrder({ id: 'new', items: [{ productId: 'mug', quantity: 2 }] }, ports),
  closeProduct: (ports: Ports) => updateProduct({ productId: 'mug', closed: true }, ports),
  sellAgain: async (ports: Ports) => {
    const opened = await updateProduct({ productId: 'mug', closed: false }, ports);
    if (opened.outcome !== 'updated') return;
    await placeOrder({ id: 'fresh', items: [{ productId: 'mug', quantity: 2 }] }, ports);
  },
} satisfies Record<string, (ports: Ports) => Promise<unknown>>;

type Deed = keyof typeof DEEDS;
const NAMES = Object.keys(DEEDS) as Deed[];

/** Another request writes to the last item of the transaction. */
const conflict: Fault = (answer, request) => {
  const codes = actionsOf(request)
    .map(() => 'None')
    .with(-1, 'TransactionConflict');
  return cancelledFor(...codes)(answer, request);
};

const scenario = fc.record({
  upTo: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  scope: fc.constantFrom('line' as const, 'order' as const),
  deeds: fc.array(
    fc.record({
      deed: fc.oneof(
        { weight: 2, arbitrary: fc.constant('callOff' as const) },
        { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
      ),
      /** The number of calls to the database after which its caller is killed. */
      lives: fc.oneof({ weight: 2, arbitrary: fc.constant(999) }, fc.nat(12)),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  faults: fc.array(
    fc.tuple(fc.constantFrom<Fault>(noFault, noFault, conflict, connectionReset), fc.nat(3)),
    { maxLength: 20 },
  ),
});

const aShop = () =>
  openShop({
    orders: [
      anOrder('small', { mug: 2, cup: 1 }, { status: 'confirmed' }),
      anOrder('other', { mug: 3, cup: 1 }, { status: 'confirmed' }),
      anOrder('alone', { mug: 1 }),
      anOrder('large', [...anOrder('', { mug: 2 }).items, ...manyLines(55)], {
        status: 'confirmed',
      }),
    ],
    maxAttempts: 1,
  });

const later = (ports: Ports, seconds: number): Ports => ({
  ...ports,
  runtime: {
    ...ports.runtime,
    now: () => new Date(ports.runtime.now().getTime() + seconds * 1_000),
  },
});

/** Mugs of the orders that a call-off may not cancel. */
const heldByRefused = async (shop: FakeShop, scope: 'line' | 'order'): Promise<number> => {
  const orders = await Promise.all(['small', 'other', 'large'].map((id) => shop.order(id)));
  return orders
    .filter(({ lock, shippedInPart }) => lock || (scope === 'order' && shippedInPart))
    .reduce((sum, { items }) => sum + (items[0]?.reservedQuantity ?? 0), 0);
};

/** Mugs that the ledger says were taken up to a number. */
const takenUpTo = async (shop: FakeShop): Promise<number> =>
  (await shop.movementsOf({ productId: 'mug' }))
    .filter(({ referenceId }) => referenceId.includes('_cancellation_b1-'))
    .reduce((sum, { reservedDelta }) => sum - reservedDelta, 0);

describe('A call-off and everything else at once, with faults and workers that are killed', () => {
  test('keeps the laws after every transaction, and ends with nothing reserved, or with what is locked', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ upTo, scope: anyScope, deeds, faults }) => {
        // Prepare
        const shop = aShop();
        const scope = upTo === undefined ? anyScope : 'line';
        await starts(shop, scope, upTo === undefined ? {} : { upTo });
        const broken = shop.watches(faults.map(([fault, turns]) => late(fault, turns)));
        const remaining = () => (shop.wire.writes().length < 150 ? 60_000 : 0);

        // Act
        await Promise.all(
          deeds.map(({ deed, lives }, index) => {
            let clock = Date.parse('2026-03-02T12:00:00.000Z') + index;
            const runtime = unitRuntime({
              now: () => {
                clock += 10;
                return new Date(clock);
              },
            });
            const store = killedAfter(shop.store, lives);
            return survives(DEEDS[deed](shop.ports({ store, remaining, runtime })));
          }),
        );
        await sweepOrders(later(shop.ports(), 200));
        const fresh = await shop.store.getOrder('fresh', () => 1_000);
        await starts(shop, scope, upTo === undefined ? {} : { upTo });
        const outcomes: string[] = [];
        while (outcomes.at(-1) !== 'over' && outcomes.length < 5) {
          const [result] = await callOff(shop.ports());
          outcomes.push(String(result?.outcome));
        }

        // Assess
        expect(broken).toEqual([]);
        expect(outcomes.at(-1)).toBe('over');
        const left = await mugs(shop);
        const isOpened = deeds.some(({ deed }) => deed === 'sellAgain');
        if (isOpened && upTo === undefined) {
          expect(await shop.store.getOrder('fresh', () => 1_000)).toEqual(fresh);
          expect(fresh?.items[0]?.cancelledQuantity ?? 0).toBe(0);
        } else if (upTo === undefined) expect(left).toBe(await heldByRefused(shop, scope));
        else {
          const taken = await takenUpTo(shop);
          const batch = await shop.store.getBatch('b1', () => 1_000);
          expect(batch?.taken?.units).toBe(taken);
          expect(taken).toBeLessThanOrEqual(upTo);
          if (taken < upTo && !batch?.isOver) throw new Error('took too little');
        }
        await expectLawsHold(shop);
      }),
      { numRuns: 25 },
    );
  });
});
