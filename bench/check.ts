/** Checks that all orders were cancelled, and nothing else changed. */
import { deepStrictEqual } from 'node:assert/strict';
import type { NewOrder } from '../lib/domain/placement.ts';
import { expectLawsHold, rowsOf } from '../test/support/audit.ts';
import { tally } from '../test/support/concurrently.ts';
import type { EngineShop } from '../test/support/engine-shop.ts';

/**
 * Checks that every law holds and every order is cancelled. By the laws, each line was then
 * restored once, and nothing is reserved any more.
 *
 * @throws AssertionError otherwise
 */
export const requireAllCancelled = async (
  shop: EngineShop,
  placed: readonly NewOrder[],
): Promise<void> => {
  await expectLawsHold(shop);
  const orders = await rowsOf(shop.client, shop.tables.orders);
  deepStrictEqual(tally(orders.map(({ status }) => String(status))), { cancelled: placed.length });
};
