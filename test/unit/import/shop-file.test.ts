/** Any shop as a file: a line of JSON for each product and order. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { shopFile, shopLineSchema } from '../../../lib/import/shop-file.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { returnLines } from '../../../lib/use-cases/move-lines.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { auditOf, told } from '../../support/audits.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { importsInto } from '../../support/imports.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const AT = '2026-01-01T00:00:00Z';
const tea = { type: 'product', id: 'tea', name: 'Tea', stockQuantity: 10, createdAt: AT };
const ONE_TEA = { items: [{ productId: 'tea', quantity: 1 }], idempotencyKey: 'k1' };
const order = (id: string, status: string, quantity: number, more: object = {}) => ({
  type: 'order',
  id,
  status,
  items: [{ productId: 'tea', quantity }],
  createdAt: AT,
  ...more,
});

const imports = async (shop: FakeShop, lines: readonly unknown[]) => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-shop-'));
  try {
    const file = join(folder, 'shop.jsonl');
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return await importsInto(
      shop,
      createClient(shop.wire.config),
      unitRuntime(),
    )(shopFile(file), {
      shippedGoods: 'left',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('An order of 2,000 lines with the longest ids', () => {
  /** Its products are gone, so that it comes in at once. */
  const large = (quantity: number) =>
    order('x'.repeat(64), 'cancelled', 1, {
      items: Array.from({ length: 2_000 }, (_, n) => ({
        productId: String(n).padStart(64, 'x'),
        quantity,
      })),
      cancellationNote: '語'.repeat(1_000),
    });

  test('comes in', async () => {
    const { orders, found } = await imports(openShop(), [large(99_999_999)]);

    expect(orders.new).toBe(1);
    expect(found).toEqual({ unknown_product: 2_000 });
  });

  test('is told and left out if its row has no room for its units', async () => {
    const { orders, found } = await imports(openShop(), [
      large(999_999_999),
      order('2', 'pending', 1),
      tea,
    ]);

    expect(orders.new).toBe(1);
    expect(found).toEqual({ unknown_product: 2_000, too_many_lines: 1 });
  });
});

test('Open orders hold their units, in whatever sequence the lines come', async () => {
  const shop = openShop();

  const report = await imports(shop, [
    order('1', 'pending', 3),
    tea,
    order('2', 'confirmed', 4, {
      items: [
        { productId: 'tea', quantity: 1 },
        { productId: 'tea', quantity: 3, cancelledQuantity: 1 },
      ],
    }),
    order('3', 'delivered', 7),
    order('4', 'cancelled', 2, { cancellationReason: 'fraud', cancellationNote: 'Card stolen' }),
  ]);

  expect(report.findings).toEqual([]);
  expect(await shop.stockOf('tea')).toEqual({ stock: 10, reserved: 6, available: 4 });
  expect((await shop.order('2')).items).toEqual([
    {
      productId: 'tea',
      quantity: 4,
      reservedQuantity: 3,
      shippedQuantity: 0,
      cancelledQuantity: 1,
      returnedQuantity: 0,
    },
  ]);
  expect(await shop.order('4')).toMatchObject({
    cancellationReason: 'fraud',
    cancellationNote: 'Card stolen',
  });
  await expectLawsHold(shop);
});

test('What is held and not there, a product that is not there, and an id twice are told', async () => {
  const shop = openShop();

  const { findings } = await imports(shop, [
    tea,
    { ...tea, stockQuantity: 99 },
    order('1', 'pending', 12),
    order('1', 'cancelled', 1),
    order('2', 'pending', 1, { items: [{ productId: 'mug', quantity: 1 }] }),
  ]);

  expect(findings.map(({ kind }) => kind).sort()).toEqual([
    'repeated_row',
    'repeated_row',
    'reserved_without_stock',
    'unknown_product',
  ]);
  expect(await shop.stockOf('tea')).toEqual({ stock: 12, reserved: 12, available: 0 });
  await expectLawsHold(shop);
});

describe('A product that the ledger of an imported order tells nothing of', () => {
  const orders = [
    order('1', 'shipped', 3),
    order('2', 'pending', 2),
    order('3', 'cancelled', 1),
    order('4', 'confirmed', 2, {
      items: [{ productId: 'tea', quantity: 2, cancelledQuantity: 1 }],
    }),
  ];
  const expectNoFinding = async (shop: FakeShop): Promise<void> => {
    await expectLawsHold(shop);
    expect(told(await auditOf(shop))).toEqual([]);
  };

  test('is in order if a later file has it', async () => {
    const shop = openShop();
    await imports(shop, orders);

    await imports(shop, [tea, ...orders]);

    expect(await shop.stockOf('tea')).toMatchObject({ available: 7 });
    await expectNoFinding(shop);
    await returnLines('1', ONE_TEA, shop.ports());
    await expectNoFinding(shop);
  });

  test('is in order if an earlier file had it', async () => {
    const shop = openShop();
    await imports(shop, [tea]);

    const { findings } = await imports(shop, orders);

    expect(findings.map(({ kind }) => kind)).toEqual(orders.map(() => 'unknown_product'));
    await expectNoFinding(shop);
  });

  test('is in order if it was deleted here and comes in again', async () => {
    const shop = openShop();
    await imports(shop, [tea, ...orders]);
    for (const id of ['2', '4']) await shop.cancels(id);
    expect(await deleteProduct('tea', shop.ports())).toMatchObject({ outcome: 'deleted' });

    await imports(shop, [tea, ...orders]);

    expect(await shop.stockOf('tea')).toMatchObject({ available: 7 });
    await expectNoFinding(shop);
    expect(await reinstateOrder('2', {}, shop.ports())).toMatchObject({ outcome: 'reinstated' });
    await expectNoFinding(shop);
  });
});

test.each([
  [{ ...tea, stockQuantity: -1 }, /line 2: stockQuantity/],
  [order('1', 'refunded', 1), /line 2: status/],
  [order('1', 'pending', 1, { colour: 'red' }), /line 2/],
  [
    order('1', 'pending', 1, { items: [{ productId: 'tea', quantity: 1, cancelledQuantity: 2 }] }),
    /No more can be cancelled/,
  ],
  [
    order('1', 'pending', 1, {
      items: [1, 1_000_000_000].map((quantity) => ({ productId: 'tea', quantity })),
    }),
    /line 2: items: Must not add up to more than 1000000000 units/,
  ],
])('A line that is wrong is named, and nothing is written: %#', async (line, message) => {
  const shop = openShop();

  await expect(imports(shop, [tea, line])).rejects.toThrow(message);
  expect(shop.db.rows(shop.tables.products)).toEqual([]);
});

test('docs/import-shop.schema.json is the schema that is checked', async () => {
  const path = new URL('../../../docs/import-shop.schema.json', import.meta.url);

  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(shopLineSchema());
});
