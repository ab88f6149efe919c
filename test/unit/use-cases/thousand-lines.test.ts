import { expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { numbered, tally } from '../../support/concurrently.ts';
import { openShop } from '../../support/fake-shop.ts';

/** As many lines as an order can have. */
const LINES = 1_000;

/** Each transaction has room for 49 lines. */
const TRANSACTIONS = Math.ceil(LINES / 49);

const basket = Object.fromEntries(numbered('product', LINES).map((id, n) => [id, 1 + (n % 3)]));

test('An order of 1,000 products is placed in 21 transactions, and cancelled in as many', async () => {
  const shop = openShop();
  await shop.sells(basket);
  shop.wire.forget();

  expect((await shop.places('big', basket)).outcome).toBe('placed');

  expect(tally(shop.wire.operations())).toEqual({ TransactWriteItems: TRANSACTIONS });
  expect(await shop.stockOf('product-1000')).toEqual({ stock: 1, reserved: 1, available: 0 });
  await expectLawsHold(shop);
  shop.wire.forget();

  expect((await shop.cancels('big')).outcome).toBe('cancelled');

  expect(tally(shop.wire.operations())).toMatchObject({ TransactWriteItems: TRANSACTIONS });
  expect(await shop.stockOf('product-1000')).toEqual({ stock: 1, reserved: 0, available: 1 });
  expect(tally((await shop.movementsOf({ orderId: 'big' })).map((m) => m.movementType))).toEqual({
    reservation: LINES,
    restoration: LINES,
  });
  await expectLawsHold(shop);
});
