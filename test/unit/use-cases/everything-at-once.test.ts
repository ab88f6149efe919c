import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { amendOrder } from '../../../lib/use-cases/amend-order.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { lockOrder, unlockOrder } from '../../../lib/use-cases/lock-order.ts';
import { returnLines, shipLines } from '../../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { updateProduct } from '../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, manyLines } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { openShop } from '../../support/fake-shop.ts';
import {
  actionsOf,
  cancelledFor,
  connectionReset,
  type Fault,
  late,
  noFault,
} from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const PARTS = [{ productId: 'p000', quantity: 1 }];
const NEW_LINES = manyLines(60).map(({ productId }) => ({ productId, quantity: 1 }));

const aMinuteLater = (ports: Ports): Ports => ({
  ...ports,
  runtime: {
    ...ports.runtime,
    now: () => new Date(ports.runtime.now().getTime() + 61_000),
  },
});

/** Everything that can be done to a shop with a small order, a large one and one being placed. */
const DEEDS = {
  cancelSmall: (ports: Ports) => cancelOrder({ orderId: 'small' }, ports),
  cancelLarge: (ports: Ports) => cancelOrder({ orderId: 'large' }, ports),
  loseLarge: (ports: Ports) => cancelOrder({ orderId: 'large', restock: false }, ports),
  cancelNew: (ports: Ports) => cancelOrder({ orderId: 'new' }, ports),
  cancelLine: (ports: Ports) =>
    cancelLines({ orderId: 'large', items: PARTS, idempotencyKey: 'k1' }, ports),
  shipSmall: (ports: Ports) => transitionOrder('small', 'shipped', ports),
  shipLarge: (ports: Ports) => transitionOrder('large', 'shipped', ports),
  deliverLarge: (ports: Ports) => transitionOrder('large', 'delivered', ports),
  placeNew: (ports: Ports) => placeOrder({ id: 'new', items: NEW_LINES }, ports),
  graceSmall: (ports: Ports) => cancelOrder({ orderId: 'small', graceSeconds: 30 }, ports),
  graceLarge: (ports: Ports) => cancelOrder({ orderId: 'large', graceSeconds: 30 }, ports),
  reinstateSmall: (ports: Ports) => reinstateOrder('small', {}, ports),
  reinstateLarge: (ports: Ports) => reinstateOrder('large', {}, ports),
  reinstateLargeLater: (ports: Ports) => reinstateOrder('large', {}, aMinuteLater(ports)),
  lockLarge: (ports: Ports) => lockOrder('large', undefined, ports),
  unlockLarge: (ports: Ports) => unlockOrder('large', ports),
  shipLine: (ports: Ports) => shipLines('large', { items: PARTS, idempotencyKey: 's1' }, ports),
  returnLine: (ports: Ports) => returnLines('large', { items: PARTS, idempotencyKey: 'r1' }, ports),
  loseReturn: (ports: Ports) =>
    returnLines('large', { items: PARTS, idempotencyKey: 'r2', restock: false }, ports),
  amendSmall: (ports: Ports) =>
    amendOrder('small', { expiresAt: '2026-03-02T12:00:00.000Z', metadata: { a: 'b' } }, ports),
  closeProduct: (ports: Ports) => updateProduct({ productId: 'p059', closed: true }, ports),
  sweepNow: (ports: Ports) => sweepOrders(ports),
  sweepLater: (ports: Ports) => sweepOrders(aMinuteLater(ports)),
  deleteProduct: (ports: Ports) => deleteProduct('p059', ports),
  deleteLarge: (ports: Ports) => deleteOrder('large', ports),
  deleteNew: (ports: Ports) => deleteOrder('new', ports),
  takeStock: (ports: Ports) =>
    adjustStock({ productId: 'p059', quantity: -1, referenceId: 'broken' }, ports),
  addStock: (ports: Ports) =>
    adjustStock({ productId: 'p059', quantity: 1, referenceId: 'found' }, ports),
} satisfies Record<string, (ports: Ports) => Promise<unknown>>;

type Deed = keyof typeof DEEDS;
const NAMES = Object.keys(DEEDS) as Deed[];

/** Another request writes to the last item of the transaction, even if it is the only one. */
const conflict: Fault = (answer, request) => {
  const codes = actionsOf(request)
    .map(() => 'None')
    .with(-1, 'TransactionConflict');
  return cancelledFor(...codes)(answer, request);
};

const scenario = fc.record({
  deeds: fc.array(
    fc.record({
      deed: fc.constantFrom(...NAMES),
      /** The number of transactions after which its caller dies; most callers do not die. */
      lives: fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, fc.nat(3)),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  faults: fc.array(
    fc.tuple(fc.constantFrom<Fault>(noFault, noFault, conflict, connectionReset), fc.nat(3)),
    { maxLength: 20 },
  ),
  /** Available units of the last product of the order that is placed. */
  last: fc.nat(2),
});

describe('Any operations at once, with faults and callers that die', () => {
  test('keep the laws after every transaction, and one sweep finishes all interrupted work', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ deeds, faults, last }) => {
        // Prepare
        const shop = openShop({
          orders: [
            anOrder('small', { p000: 2, mug: 1 }, { expiresAt: '2026-03-02T12:00:30.000Z' }),
            anOrder('large', manyLines(55), { status: 'confirmed' }),
          ],
          products: {
            ...Object.fromEntries(NEW_LINES.map(({ productId }) => [productId, {}])),
            p059: { stock: last },
          },
          maxAttempts: 1,
        });
        await expectLawsHold(shop);
        const broken = shop.watches(faults.map(([fault, turns]) => late(fault, turns)));
        // A caller that only waits for another one to finish has to run out of time.
        const remaining = () => (shop.wire.writes().length < 150 ? 60_000 : 0);

        // Act
        await Promise.all(
          deeds.map(async ({ deed, lives }, index) => {
            let clock = Date.parse('2026-03-02T12:00:00.000Z') + index;
            const ports = shop.ports({
              store: mortal(shop.store, lives),
              remaining,
              runtime: unitRuntime({
                now: () => {
                  clock += 10;
                  return new Date(clock);
                },
              }),
            });
            await survives(DEEDS[deed](ports));
          }),
        );
        // One sweep finishes all interrupted work, without a message or another call.
        await sweepOrders(aMinuteLater(aMinuteLater(shop.ports())));

        // Assess
        expect(broken).toEqual([]);
        await expectLawsHold(shop);
      }),
      { numRuns: 20 },
    );
  });
});
