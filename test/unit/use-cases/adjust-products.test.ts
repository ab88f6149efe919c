import { describe, expect, test } from '@jest/globals';
import { adjustProducts, type StockEntry } from '../../../lib/use-cases/adjust-products.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { numbered, tally } from '../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import {
  actionsOf,
  cancelledFor,
  connectionReset,
  type Fault,
  isTransaction,
  refusedWith,
} from '../../support/faults.ts';

const adjust = async (shop: FakeShop, entries: readonly StockEntry[], ports: Partial<Ports> = {}) =>
  (await adjustProducts(entries, shop.ports(ports))).map(({ result }) => result);

const outcomes = async (...given: Parameters<typeof adjust>) =>
  (await adjust(...given)).map(({ outcome }) => outcome);

/** 45 products with 10 units each. */
const IDS = numbered('p', 45);
const fullShop = () =>
  openShop({ products: Object.fromEntries(IDS.map((id) => [id, { stock: 10 }])) });

const oneOfEach = IDS.map(
  (productId, index): StockEntry =>
    index % 2 === 0
      ? { productId, quantity: 1, referenceId: 'r1' }
      : { productId, stockQuantity: 9, referenceId: 'r1' },
);

describe('Adjusting many products', () => {
  test('makes adjustments and counts, and answers in their sequence', async () => {
    const shop = fullShop();

    const results = await adjust(shop, [
      { productId: 'p-1', quantity: -3, referenceId: 'r1' },
      { productId: 'p-2', stockQuantity: 12, referenceId: 'r2' },
      { productId: 'p-3', stockQuantity: 10, referenceId: 'r3' },
      { productId: 'nothing', quantity: 1, referenceId: 'r4' },
      { productId: 'p-4', quantity: -11, referenceId: 'r5' },
    ]);

    expect(results).toMatchObject([
      { outcome: 'adjusted', movement: { productId: 'p-1', quantity: -3 } },
      { outcome: 'counted', movement: { productId: 'p-2', quantity: 2 } },
      { outcome: 'counted', product: { id: 'p-3' } },
      { outcome: 'product_not_found' },
      { outcome: 'insufficient_stock' },
    ]);
    await expectLawsHold(shop);
  });

  test('makes those of one product one after the other', async () => {
    const shop = fullShop();
    const of = (entry: object) => ({ productId: 'p-1', ...entry }) as StockEntry;

    expect(
      await outcomes(shop, [
        of({ quantity: -10, referenceId: 'r1' }),
        of({ quantity: -1, referenceId: 'r2' }),
        of({ stockQuantity: 5, referenceId: 'r3' }),
        of({ quantity: -5, referenceId: 'r4' }),
        of({ quantity: -5, referenceId: 'r4' }),
      ]),
    ).toEqual(['adjusted', 'insufficient_stock', 'counted', 'adjusted', 'already_adjusted']);
    expect((await shop.product('p-1')).stockQuantity).toBe(0);
    await expectLawsHold(shop);
  });

  test('changes each product once when 5 callers ask for the same at once', async () => {
    const shop = fullShop();

    const all = await Promise.all(Array.from({ length: 5 }, () => outcomes(shop, oneOfEach)));

    expect(tally(all.flat())).toEqual({
      adjusted: 23,
      already_adjusted: 92,
      counted: 22,
      already_counted: 88,
    });
    await expectLawsHold(shop);
  });

  test('is finished by a repeat after it was killed in the middle', async () => {
    // Prepare: the time is up after some of the transactions
    const shop = fullShop();
    const remaining = () => (shop.wire.writes().length < 21 ? 60_000 : 0);
    const first = await outcomes(shop, oneOfEach, { remaining });
    expect(tally(first)).toMatchObject({ unfinished: expect.any(Number) });
    expect(first).toContain('adjusted');

    // Act
    const again = await outcomes(shop, oneOfEach);

    // Assess
    expect(tally(again.map((outcome) => outcome.replace('already_', '')))).toEqual({
      adjusted: 23,
      counted: 22,
    });
    const stock = await Promise.all(IDS.map(async (id) => (await shop.product(id)).stockQuantity));
    expect(stock).toEqual(IDS.map((_, index) => (index % 2 === 0 ? 11 : 9)));
    await expectLawsHold(shop);
  });

  test('changes each product once when answers are lost', async () => {
    const shop = fullShop();
    shop.wire.next('TransactWriteItems', connectionReset, connectionReset, connectionReset);

    expect(tally(await outcomes(shop, oneOfEach))).toEqual({ adjusted: 23, counted: 22 });
    await expectLawsHold(shop);
  });
});

describe('An entry that cannot be made', () => {
  const moves =
    (productId: string, fault: Fault): Fault =>
    (answer, request) =>
      isTransaction(request) &&
      actionsOf(request).some(
        ({ attributes }) => JSON.stringify(attributes.id) === JSON.stringify({ S: productId }),
      )
        ? fault(answer, request)
        : answer();

  test('because of an unexpected error costs no other entry its turn', async () => {
    const shop = fullShop();
    shop.wire.use(moves('p-1', refusedWith('ValidationException', 400)));

    const results = await adjust(shop, oneOfEach);

    expect(results[0]).toMatchObject({ outcome: 'failed', error: expect.any(Error) });
    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      failed: 1,
      adjusted: 22,
      counted: 22,
    });
  });

  test('because its product is busy all the time leaves the others their share of it', async () => {
    // Prepare: 60 s for 3 rounds of 20 products; each conflict passes the time
    const shop = fullShop();
    let now = 0;
    const clock = { ...shop.ports().runtime, now: () => new Date(now) };
    const remaining = () => Math.max(0, 60_000 - now);
    const conflict = cancelledFor('TransactionConflict');
    const busy: Fault = (answer, request) => {
      now += 1_000;
      return conflict(answer, request);
    };
    shop.wire.use(moves('p-1', busy));

    // Act
    const results = await outcomes(shop, oneOfEach, { runtime: clock, remaining });

    // Assess
    expect(tally(results)).toEqual({ unfinished: 1, adjusted: 22, counted: 22 });
    expect(now).toBeLessThan(25_000);
  });
});
