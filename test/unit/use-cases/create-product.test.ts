import { describe, expect, test } from '@jest/globals';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { cancelledFor, connectionReset, meanwhile } from '../../support/faults.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const create = (
  shop: FakeShop,
  { name = 'Blue mug', stockQuantity = 10 } = {},
  remaining = () => 60_000,
) =>
  createProduct(
    { id: 'mug', name, stockQuantity },
    { store: shop.store, remaining, runtime: unitRuntime() },
  );

describe('Creating a product', () => {
  test('stores its stock, and a movement that explains it', async () => {
    // Prepare
    const shop = openShop();

    // Act
    const result = await create(shop);

    // Assess
    const product = {
      id: 'mug',
      name: 'Blue mug',
      stockQuantity: 10,
      reservedQuantity: 0,
      availableQuantity: 10,
      movementCount: 1,
      createdAt: NOW,
      updatedAt: NOW,
    };
    expect(result).toEqual({ outcome: 'created', product });
    expect(await shop.product('mug')).toEqual(product);
    await expectLawsHold(shop);
  });

  test('without stock records no movement', async () => {
    // Prepare
    const shop = openShop();

    // Act
    const result = await create(shop, { stockQuantity: 0 });

    // Assess
    expect(result).toMatchObject({ outcome: 'created' });
    expect(shop.db.rows('stock-movements')).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('is unfinished when no time is left', async () => {
    // Prepare
    const shop = openShop();

    // Act
    const result = await create(shop, {}, () => 0);

    // Assess
    expect(result).toEqual({ outcome: 'unfinished' });
  });

  test('happens once after a lost answer', async () => {
    // Prepare
    const shop = openShop();
    shop.wire.next('TransactWriteItems', connectionReset);

    // Act
    const result = await create(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'created' });
    expect(shop.db.rows('stock-movements')).toHaveLength(1);
  });
});

describe('Creating a product again', () => {
  test.each([10, 0])(
    'with the same name and opening stock of %i returns the product as it is now',
    async (stockQuantity) => {
      // Prepare: its stock has changed since
      const shop = openShop();
      await create(shop, { stockQuantity });
      const now = { ...(await shop.product('mug')), stockQuantity: 4, availableQuantity: 4 };
      await shop.stocks(now);

      // Act
      const result = await create(shop, { stockQuantity });

      // Assess
      expect(result).toEqual({ outcome: 'already_created', product: now });
    },
  );

  test.each([
    ['another name', { name: 'Red mug' }],
    ['another opening stock', { stockQuantity: 11 }],
    ['no opening stock', { stockQuantity: 0 }],
  ])('with %s is refused', async (_, difference) => {
    // Prepare
    const shop = openShop();
    await create(shop);

    // Act
    const result = await create(shop, difference);

    // Assess
    expect(result).toEqual({ outcome: 'product_exists' });
    expect(await shop.product('mug')).toMatchObject({ name: 'Blue mug', stockQuantity: 10 });
  });

  test.each([10, 0])(
    'with an opening stock of %i creates it when another caller has just deleted it',
    async (stockQuantity) => {
      // Prepare: it is deleted between the refusal and the look at its opening
      const shop = openShop();
      await create(shop);
      const deletion = () => deleteProduct('mug', shop.ports());
      shop.wire.next('GetItem', meanwhile(deletion));

      // Act
      const result = await create(shop, { stockQuantity });

      // Assess
      expect(result).toMatchObject({ outcome: 'created', product: { stockQuantity } });
      await expectLawsHold(shop);
    },
  );

  test('creates it when a conflict hides that it is being deleted', async () => {
    // Prepare: only the opening movement tells of the product
    const shop = openShop();
    await create(shop);
    await shop.makes([{ type: 'retire-product', productId: 'mug', at: NOW }]);
    const [opening] = shop.db.rows('stock-movements');
    const found = { Code: 'ConditionalCheckFailed', ...(opening && { Item: opening }) };
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict', found));

    // Act
    const result = await create(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'created' });
    await expectLawsHold(shop);
  });

  test('is refused if the product was lost but its opening is still in the ledger', async () => {
    // Prepare
    const shop = openShop();
    await create(shop);
    await shop.loses('products', 'mug');

    // Act
    const result = await create(shop);

    // Assess
    expect(result).toEqual({ outcome: 'product_exists' });
  });
});
