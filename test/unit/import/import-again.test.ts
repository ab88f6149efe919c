/** What was deleted here comes in again: no law is broken, and a repair finds nothing to do. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withTemporaryFolder } from '../../../lib/audit/temporary-folder.ts';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { nextStep, wholeOrder } from '../../../lib/import/order-steps.ts';
import { shopFile } from '../../../lib/import/shop-file.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { returnLines, shipLines } from '../../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { repairOf } from '../../support/audits.ts';
import { EARLIER, NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { importsInto } from '../../support/imports.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const LONG_AGO = '2020-01-01T00:00:00Z';

/** `i4` is cancelled in part, and `i5` has a line of a product that the other shop did not know. */
const OTHER_SHOP = [
  ...['tea', 'mug'].map((id) => ({ type: 'product', id, name: id, stockQuantity: 20 })),
  ...Object.entries({
    i1: ['confirmed', { tea: 3, mug: 1 }],
    i2: ['shipped', { tea: 2, mug: 2 }],
    i3: ['cancelled', { tea: 2 }],
    i4: ['pending', { tea: 5 }, 2],
    i5: ['shipped', { tea: 1, pot: 1 }],
  } as const).map(([id, [status, basket, cancelledQuantity = 0]]) => ({
    type: 'order',
    id,
    status,
    items: Object.entries(basket).map(([productId, quantity]) => ({
      productId,
      quantity,
      ...(cancelledQuantity > 0 && { cancelledQuantity }),
    })),
  })),
].map((line) => JSON.stringify({ ...line, createdAt: LONG_AGO }));

const ORDERS = ['n1', 'n2', 'i1', 'i2', 'i3', 'i4', 'i5'];

/** What happens in a shop whose clock goes on. */
const lifeOf = (shop: FakeShop) => {
  let milliseconds = Date.parse(NOW);
  const runtime = unitRuntime({
    now: () => {
      milliseconds += 1;
      return new Date(milliseconds);
    },
  });
  const ports = shop.ports({ runtime });
  let keys = 0;
  const part = (productId: string, quantity: number) => {
    keys += 1;
    return { items: [{ productId, quantity }], idempotencyKey: `key-${keys}` };
  };
  const life = {
    imports: () =>
      withTemporaryFolder(async (folder) => {
        const path = join(folder, 'shop.jsonl');
        await writeFile(path, OTHER_SHOP.join('\n'));
        return importsInto(shop, createClient(shop.wire.config), runtime)(shopFile(path));
      }),
    opens: (id: string) => createProduct({ id, name: id, stockQuantity: 20 }, ports),
    deletes: (id: string) => deleteProduct(id, ports),
    places: (id: string, productId: string, quantity: number) =>
      placeOrder({ id, items: [{ productId, quantity }] }, ports),
    confirms: (id: string) => transitionOrder(id, 'confirmed', ports),
    ships: (id: string) => transitionOrder(id, 'shipped', ports),
    shipsPart: (id: string, productId: string, quantity: number) =>
      shipLines(id, part(productId, quantity), ports),
    takesBack: (id: string, productId: string, quantity: number) =>
      returnLines(id, part(productId, quantity), ports),
    cancels: (id: string) => shop.cancels(id, { runtime }),
    cancelsPart: (id: string, productId: string, quantity: number) =>
      cancelLines({ orderId: id, ...part(productId, quantity) }, ports),
    reinstates: (id: string) => reinstateOrder(id, {}, ports),
    clears: (id: string) => deleteOrder(id, ports),
    /** The product goes, after all orders that hold it were cancelled, and comes in again. */
    renews: async (id: string) => {
      for (const orderId of ORDERS) await shop.cancels(orderId, { runtime });
      await deleteProduct(id, ports);
      return life.imports();
    },
    /** What an audit finds, and what a repair would do. */
    faults: async () => {
      const { before, repairs } = await repairOf(shop, { runtime, isApplied: false });
      return [...before.findings, ...repairs];
    },
  };
  return life;
};

type Life = ReturnType<typeof lifeOf>;

const start = async (): Promise<{ shop: FakeShop; life: Life }> => {
  const shop = openShop();
  const life = lifeOf(shop);
  await life.imports();
  return { shop, life };
};

describe('A product that was deleted here and comes in again', () => {
  test('tells nothing of an order that was placed here and has shipped', async () => {
    const { shop, life } = await start();
    await life.places('n1', 'mug', 3);
    await life.confirms('n1');
    await life.ships('n1');
    await life.cancels('i1');
    await life.deletes('mug');

    await life.imports();

    expect((await shop.product('mug')).createdAt).toBe('2020-01-01T00:00:00.000Z');
    expect(await life.faults()).toEqual([]);
  });

  test.each<[string, (life: Life) => Promise<unknown>]>([
    ['reinstated', (life) => life.reinstates('i4')],
    [
      'reinstated and cancelled again',
      async (life) => {
        await life.reinstates('i4');
        await life.cancels('i4');
      },
    ],
    [
      'reinstated and shipped',
      async (life) => {
        await life.reinstates('i4');
        await life.confirms('i4');
        await life.ships('i4');
        await life.takesBack('i4', 'tea', 1);
      },
    ],
    ['returned', (life) => life.takesBack('i2', 'tea', 1)],
  ])(
    'tells only of what happens then to an order that came in before: it is %s',
    async (_, happens) => {
      const { life } = await start();
      await life.cancels('i1');
      await life.cancels('i4');
      await life.deletes('tea');
      await life.imports();

      await happens(life);

      expect(await life.faults()).toEqual([]);
    },
  );
});

test('An order that comes in by several steps is here since the first of them', () => {
  const line = { productId: 'tea', reservedQuantity: 0, shippedQuantity: 1, cancelledQuantity: 0 };
  const whole = wholeOrder({
    id: 'i1',
    status: 'shipped',
    createdAt: EARLIER,
    statusSince: EARLIER,
    items: [line, { ...line, productId: 'mug' }],
  });
  const later = '2026-03-02T13:00:00.000Z';

  const { order: begun } = nextStep(whole, undefined, NOW, 4);
  const { order: ended } = nextStep(whole, begun, later, 4);

  expect(begun).toMatchObject({ importing: true, importedAt: NOW });
  expect(ended).toMatchObject({ version: 2, importedAt: NOW, updatedAt: later });
});

describe('Whatever happens in a shop that another one comes into, again and again', () => {
  const product = fc.constantFrom('tea', 'mug');
  const own = fc.constantFrom('n1', 'n2');
  const order = fc.constantFrom(...ORDERS);
  const units = fc.integer({ min: 1, max: 3 });
  const of = <Deed extends keyof Life>(deed: Deed, ...args: fc.Arbitrary<unknown>[]) =>
    fc.tuple(fc.constant(deed), fc.tuple(...args));
  const deeds = fc.oneof(
    { weight: 1, arbitrary: of('imports') },
    { weight: 4, arbitrary: of('renews', product) },
    { weight: 1, arbitrary: of('opens', fc.constantFrom('tea', 'mug', 'pot')) },
    { weight: 1, arbitrary: of('deletes', product) },
    { weight: 3, arbitrary: of('places', own, product, units) },
    { weight: 3, arbitrary: of('confirms', order) },
    { weight: 3, arbitrary: of('ships', order) },
    { weight: 2, arbitrary: of('shipsPart', order, product, units) },
    { weight: 3, arbitrary: of('takesBack', order, product, units) },
    { weight: 3, arbitrary: of('cancels', order) },
    { weight: 2, arbitrary: of('cancelsPart', order, product, units) },
    { weight: 4, arbitrary: of('reinstates', order) },
    { weight: 1, arbitrary: of('clears', order) },
  );

  test('the audit finds nothing, and a repair changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { minLength: 5, maxLength: 15 }), async (history) => {
        const { shop, life } = await start();
        for (const [deed, args] of history) {
          await (life[deed] as (...args: unknown[]) => Promise<unknown>)(...args);
          expect((await shop.verdict()).violations).toEqual([]);
        }
        expect(await life.faults()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 600_000);
});
