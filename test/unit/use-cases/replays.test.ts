/** What a repeated cancellation is told, whatever has become of its products. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CancellationRequest } from '../../../lib/domain/cancellation.ts';
import type { ProductQuantity } from '../../../lib/domain/stock-movement.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { anOrder, aProduct, manyLines } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { connectionReset, meanwhile, noFault } from '../../support/faults.ts';
import { type Basket, linesOf } from '../../support/shop.ts';
import { mortal, survives } from '../../support/unit-death.ts';

type Why = Omit<CancellationRequest, 'orderId'>;

/** Cancels units of order o1, with one key unless told otherwise. */
const cancelsPart = (shop: FakeShop, basket: Basket, why: Why = {}, idempotencyKey = 'k1') =>
  cancelLines({ orderId: 'o1', items: linesOf(basket), idempotencyKey, ...why }, shop.ports());

/** Cancels what is left of order o1. */
const cancelsRest = (shop: FakeShop, why: Why = {}) =>
  cancelOrder({ orderId: 'o1', ...why }, shop.ports());

const deletes = async (shop: FakeShop, ...productIds: string[]): Promise<void> => {
  for (const productId of productIds) {
    expect(await deleteProduct(productId, shop.ports())).toMatchObject({ outcome: 'deleted' });
  }
};

const opensAgain = async (shop: FakeShop, ...ids: string[]): Promise<void> => {
  for (const id of ids) {
    const product = { id, name: `Another ${id}`, stockQuantity: 7 };
    expect((await createProduct(product, shop.ports())).outcome).toBe('created');
  }
};

/** Order o1 has 5 mugs and 3 cups. */
const aSmallShop = () => openShop({ orders: [anOrder('o1', { mug: 5, cup: 3 })] });

const reused = { outcome: 'reference_reused' };

const fates: [string, (shop: FakeShop) => Promise<void>][] = [
  ['is still there', async () => undefined],
  ['is deleted', (shop) => deletes(shop, 'mug')],
  [
    'is deleted and opened again',
    async (shop) => {
      await deletes(shop, 'mug');
      await opensAgain(shop, 'mug');
    },
  ],
];

describe.each(fates)('When a product of a partial cancellation %s', (_, becomes) => {
  test.each<[string, Why, ProductQuantity[]]>([
    [
      'to the shelf',
      { reason: 'customer' },
      [
        { productId: 'mug', quantity: 5 },
        { productId: 'cup', quantity: 1 },
      ],
    ],
    ['to nowhere', { restock: false }, []],
  ])('a repeat is answered like the first call: %s', async (_, why, restored) => {
    // Prepare
    const shop = aSmallShop();
    const first = await cancelsPart(shop, { mug: 5, cup: 1 }, why);
    expect(first).toMatchObject({ outcome: 'cancelled', restored });
    await becomes(shop);

    // Act
    const again = await cancelsPart(shop, { cup: 1, mug: 5 }, why);

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
  });

  test.each<[string, Basket, Why]>([
    ['another quantity', { mug: 4, cup: 1 }, {}],
    ['fewer products', { mug: 5 }, {}],
    ['other products', { cup: 1 }, {}],
    ['a product that the order never had', { jug: 1 }, {}],
    ['another reason', { mug: 5, cup: 1 }, { reason: 'fraud' }],
    ['no reason', { mug: 5, cup: 1 }, { reason: undefined }],
    ['another end of the goods', { mug: 5, cup: 1 }, { restock: false }],
  ])('its key is not taken for another request: %s', async (_, basket, why) => {
    // Prepare
    const shop = aSmallShop();
    await cancelsPart(shop, { mug: 5, cup: 1 }, { reason: 'customer' });
    await becomes(shop);
    const writes = shop.wire.writes().length;

    // Act
    const result = await cancelsPart(shop, basket, { reason: 'customer', ...why });

    // Assess
    expect(result).toMatchObject(reused);
    expect(shop.wire.writes()).toHaveLength(writes);
  });
});

describe('A repeat of a partial cancellation', () => {
  test('may word the note differently, and may say that goods go back on the shelf', async () => {
    const shop = aSmallShop();
    const first = await cancelsPart(shop, { mug: 5 }, { note: 'called at noon' });

    const again = await cancelsPart(shop, { mug: 5 }, { note: 'called twice', restock: true });

    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
  });

  test('reads the order and nothing else', async () => {
    const shop = aSmallShop();
    await cancelsPart(shop, { mug: 5 });
    const before = shop.wire.operations().length;

    await cancelsPart(shop, { mug: 5 });

    expect(shop.wire.operations().slice(before)).toEqual(['GetItem']);
  });

  test('is answered like the first call when the units come from a counter that has drifted', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5, cup: 3 })],
      products: { mug: { stock: 10, reserved: 1 } },
    });
    const first = await cancelsPart(shop, { mug: 5 });
    expect(first).toMatchObject({ drift: 4, restored: [{ productId: 'mug', quantity: 5 }] });
    await deletes(shop, 'mug');
    await opensAgain(shop, 'mug');

    // Act
    const again = await cancelsPart(shop, { mug: 5 });

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled', drift: 0 });
  });

  test('does not tell of a product that was gone then, even if it is back', async () => {
    // Prepare
    const shop = aSmallShop();
    await shop.loses('products', 'mug');
    const first = await cancelsPart(shop, { mug: 2, cup: 1 });
    expect(first).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'cup', quantity: 1 }],
      drift: 2,
    });
    await shop.stocks(aProduct('mug', { stock: 10 }));

    // Act
    const again = await cancelsPart(shop, { mug: 2, cup: 1 });
    const another = await cancelsPart(shop, { cup: 1 });

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled', drift: 0 });
    expect(another).toMatchObject(reused);
  });

  test('tells of a product that seemed gone and was back before anything was written', async () => {
    // Prepare
    const shop = aSmallShop();
    await shop.loses('products', 'mug');
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.stocks(aProduct('mug', { stock: 10, reserved: 5 }))),
    );

    // Act
    const first = await cancelsPart(shop, { mug: 2 });
    const again = await cancelsPart(shop, { mug: 2 });

    // Assess
    expect(first).toMatchObject({ drift: 0, restored: [{ productId: 'mug', quantity: 2 }] });
    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
  });

  test('is a repeat in a later round of the order, too', async () => {
    // Prepare
    const shop = aSmallShop();
    await cancelsPart(shop, { mug: 2 });
    await shop.has({ ...(await shop.order('o1')), round: 2 });

    // Act
    const again = await cancelsPart(shop, { mug: 2 });
    const another = await cancelsPart(shop, { mug: 1 });

    // Assess
    expect(again).toMatchObject({
      outcome: 'already_cancelled',
      restored: [{ productId: 'mug', quantity: 2 }],
    });
    expect(another).toMatchObject(reused);
  });

  test('of which the answer was lost is told what happened', async () => {
    // Prepare: the units are cancelled, and the caller's time is up before it hears of it
    const shop = openShop({ orders: [anOrder('o1', { mug: 5, cup: 3 })], maxAttempts: 1 });
    shop.wire.next('TransactWriteItems', connectionReset);
    const unheard = await cancelLines(
      { orderId: 'o1', items: linesOf({ mug: 5 }), idempotencyKey: 'k1' },
      shop.ports({ remaining: () => (shop.wire.writes().length === 0 ? 1_000 : 0) }),
    );
    expect(unheard.outcome).toBe('unfinished');
    await deletes(shop, 'mug');

    // Act
    const again = await cancelsPart(shop, { mug: 5 });
    const another = await cancelsPart(shop, { mug: 4 });

    // Assess
    expect(again).toMatchObject({ outcome: 'already_cancelled', restored: [{ quantity: 5 }] });
    expect(another).toMatchObject(reused);
  });

  test('of two requests with one key at the same moment, one is carried out, for ever', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    const results = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => ({
        quantity: 1 + (index % 2),
        result: await cancelsPart(shop, { mug: 1 + (index % 2) }),
      })),
    );

    // Assess
    const first = results.filter(({ result }) => result.outcome === 'cancelled');
    expect(first).toHaveLength(1);
    for (const { quantity, result } of results) {
      if (result === first[0]?.result) continue;
      expect(result).toMatchObject(
        quantity === first[0]?.quantity
          ? { outcome: 'already_cancelled', restored: [{ productId: 'mug', quantity }] }
          : reused,
      );
    }
    expect((await shop.order('o1')).keyUses).toHaveLength(1);
  });
});

describe('A repeat of the cancellation of a whole order', () => {
  test.each(fates)('is answered like the first call when a product %s', async (_, becomes) => {
    // Prepare: 2 of the 3 cups were cancelled before
    const shop = aSmallShop();
    await cancelsPart(shop, { cup: 2 });
    const first = await cancelsRest(shop);
    expect(first).toMatchObject({
      outcome: 'cancelled',
      restored: [
        { productId: 'mug', quantity: 5 },
        { productId: 'cup', quantity: 1 },
      ],
    });
    await becomes(shop);

    // Act
    const again = await cancelsRest(shop, { reason: 'fraud', restock: false });

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
  });

  test('tells nothing for goods that did not go back on the shelf', async () => {
    const shop = aSmallShop();
    const first = await cancelsRest(shop, { restock: false });

    const again = await cancelsRest(shop);

    expect(first).toMatchObject({ outcome: 'cancelled', restored: [] });
    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
  });

  test('tells nothing for an order that was cancelled part by part', async () => {
    const shop = aSmallShop();
    await cancelsPart(shop, { mug: 5, cup: 3 });

    expect(await cancelsRest(shop)).toMatchObject({ outcome: 'already_cancelled', restored: [] });
  });

  test('does not tell of a product that was gone then, even if it is back', async () => {
    // Prepare
    const shop = aSmallShop();
    await shop.loses('products', 'mug');
    const first = await cancelsRest(shop);
    expect(first).toMatchObject({ restored: [{ productId: 'cup', quantity: 3 }], drift: 5 });
    await shop.stocks(aProduct('mug', { stock: 10 }));

    // Act
    const again = await cancelsRest(shop);

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled', drift: 0 });
  });
});

describe('When an order takes several transactions to be cancelled', () => {
  const lines = manyLines(120);
  const restored = lines.map(({ productId, quantity }) => ({ productId, quantity }));

  test.each([1, 2])(
    'and its canceller dies after %i of them, everybody is told all that came back',
    async (steps) => {
      // Prepare: a product of each step is gone, so each step takes a refusal and another attempt
      const shop = openShop({ orders: [anOrder('o1', lines)] });
      const gone = ['p003', 'p060', 'p110'];
      for (const id of gone) await shop.loses('products', id);
      const ports = shop.ports({ store: mortal(shop.store, 2 * steps) });
      await survives(cancelOrder({ orderId: 'o1' }, ports));
      await sweepOrders(
        shop.ports({ runtime: { ...ports.runtime, now: () => new Date('2099-01-01') } }),
      );
      const all = restored.filter(({ productId }) => !gone.includes(productId));

      // Act
      const before = await cancelsRest(shop);
      await deletes(shop, 'p000', 'p050', 'p100');
      await opensAgain(shop, 'p000');
      for (const id of gone) await shop.stocks(aProduct(id));
      const after = await cancelsRest(shop);

      // Assess
      expect(before).toMatchObject({ outcome: 'already_cancelled', restored: all });
      expect(after).toEqual(before);
    },
  );
});

describe('Whatever is cancelled, deleted and opened again', () => {
  const PRODUCTS = ['mug', 'cup', 'jug'];
  const product = fc.constantFrom(...PRODUCTS);
  const basket = fc.dictionary(product, fc.integer({ min: 1, max: 3 }), { minKeys: 1 });
  const request = fc.record({
    basket,
    key: fc.constantFrom('k1', 'k2', 'k3'),
    why: fc.record(
      { restock: fc.boolean(), reason: fc.constantFrom('customer', 'fraud') },
      { requiredKeys: [] },
    ),
  });
  const event = fc.oneof(
    fc.record({ type: fc.constant('part' as const), request }),
    fc.record({ type: fc.constant('whole' as const) }),
    fc.record({ type: fc.constant('delete' as const), id: product }),
    fc.record({ type: fc.constant('open' as const), id: product }),
    fc.record({ type: fc.constant('lose' as const), id: product }),
  );

  test('each repeat gets the first answer, and each other request with its key is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (events) => {
        const shop = openShop({ orders: [anOrder('o1', { mug: 6, cup: 4, jug: 2 })] });
        const answers = new Map<string, { readonly body: string; readonly restored: unknown }>();
        let whole: unknown;
        for (const one of events) {
          switch (one.type) {
            case 'delete':
              await deleteProduct(one.id, shop.ports());
              break;
            case 'open':
              await createProduct({ id: one.id, name: 'Anew', stockQuantity: 9 }, shop.ports());
              break;
            case 'lose':
              await shop.loses('products', one.id);
              break;
            case 'whole': {
              const result = await cancelsRest(shop);
              expect('restored' in result).toBe(true);
              whole ??= 'restored' in result && result.restored;
              expect(result).toHaveProperty('restored', whole);
              break;
            }
            case 'part': {
              const { basket: units, key, why } = one.request;
              const body = JSON.stringify([
                PRODUCTS.map((id) => units[id]),
                why.restock ?? true,
                why.reason,
              ]);
              const result = await cancelsPart(shop, units, why, key);
              const earlier = answers.get(key);
              if (earlier && earlier.body !== body) expect(result.outcome).toBe('reference_reused');
              else if (earlier) {
                expect(result).toMatchObject({
                  outcome: 'already_cancelled',
                  restored: earlier.restored,
                });
              } else if (result.outcome === 'cancelled') {
                answers.set(key, { body, restored: result.restored });
              } else expect(result.outcome).toBe('quantity_exceeded');
              break;
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
