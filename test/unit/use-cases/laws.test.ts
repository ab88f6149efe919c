import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../../lib/domain/order.ts';
import { cancelOrders } from '../../../lib/use-cases/cancel-orders.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, manyLines } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import {
  answerBrokenOff,
  cancelledFor,
  connectionRefused,
  connectionReset,
  type Fault,
  internalServerError,
  late,
  noFault,
  refusedWith,
  timedOut,
} from '../../support/faults.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const FAULTS = {
  noFault,
  conflict: cancelledFor('TransactionConflict', 'TransactionConflict'),
  throttled: cancelledFor('None', 'ThrottlingError'),
  connectionRefused,
  connectionReset,
  answerBrokenOff,
  internalServerError,
  timedOut,
  stillAtWork: refusedWith('TransactionInProgressException'),
} satisfies Record<string, Fault>;

const NAMES = ['o0', 'o1', 'o2', 'o3'];
const orders = (): Order[] => [
  anOrder('o0', { mug: 2, cup: 1 }),
  anOrder('o1', { mug: 3 }),
  anOrder('o2', { cup: 4, pot: 1 }, { status: 'confirmed' }),
  anOrder('o3', [...manyLines(50), ...anOrder('', { mug: 1 }).items]),
];

const anyFault = fc
  .tuple(fc.constantFrom(...(Object.keys(FAULTS) as (keyof typeof FAULTS)[])), fc.nat(3))
  .map(([name, turns]) => [name, turns] as const);

const scenario = fc.record({
  callers: fc.array(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  }),
  placed: fc.nat(3),
  faults: fc.array(anyFault, { maxLength: 20 }),
  /** Transactions after which the time of the first caller is up. */
  patience: fc.nat(12),
});

const confirm = async (shop: FakeShop, id: string): Promise<void> => {
  const order = await shop.order(id);
  if (order.status !== 'pending') return;
  await shop.has({ ...order, status: 'confirmed', version: order.version + 1 });
};

describe('Concurrent calls with any faults', () => {
  test('keep the laws after every transaction, and a last call finishes every cancellation', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ callers, placed, faults, patience }) => {
        // Prepare
        const shop = openShop({ orders: orders(), maxAttempts: 1 });
        const broken = shop.watches(faults.map(([name, turns]) => late(FAULTS[name], turns)));

        // Act: several callers, one of them short of time, while orders are placed and confirmed
        const results = await Promise.all([
          ...callers.map((ids, caller) =>
            cancelOrders(
              ids.map((orderId) => ({ orderId })),
              {
                store: shop.store,
                runtime: unitRuntime(),
                remaining: () =>
                  caller === 0 && shop.wire.writes().length >= patience ? 0 : 60_000,
              },
            ),
          ),
          ...Array.from({ length: placed }, async (_, index) => {
            const items = [{ productId: 'mug', quantity: 7 }];
            await placeOrder({ id: `n${index}`, items }, shop.ports());
            await confirm(shop, `o${index}`);
            return [];
          }),
        ]);
        const last = await shop.cancelsAll(NAMES);

        // Assess
        expect(broken).toEqual([]);
        await expectLawsHold(shop);
        expect((await shop.product('mug')).reservedQuantity).toBe(7 * placed);
        expect((await shop.product('pot')).reservedQuantity).toBe(0);
        const all = [...results.flat(), ...last];
        for (const id of NAMES) {
          const told = all.filter(({ orderId }) => orderId === id).map(({ outcome }) => outcome);
          expect(told.filter((outcome) => outcome === 'cancelled').length).toBeLessThanOrEqual(1);
          expect(new Set(told)).not.toContain('failed');
          expect(await shop.restorations(id)).toHaveLength((await shop.order(id)).items.length);
        }
      }),
      { numRuns: 30 },
    );
  });
});
