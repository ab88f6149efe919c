/** An imported order is one of this shop: it can be cancelled, shipped, deleted, and expires. */
import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { amendOrder } from '../../../lib/use-cases/amend-order.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { lockOrder, unlockOrder } from '../../../lib/use-cases/lock-order.ts';
import { returnLines, shipLines } from '../../../lib/use-cases/move-lines.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { updateProduct } from '../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { auditOf, told } from '../../support/audits.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { comparable, type Importing, importsInto, railsExport } from '../../support/imports.ts';
import {
  PLACED,
  PLACED_AT,
  type RailsTables,
  SMALL_SHOP,
  withRailsTables,
} from '../../support/rails-tables.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const imports = (
  shop: FakeShop,
  tables: RailsTables,
  options: Importing = {},
  format: 'csv' | 'jsonl' = 'csv',
) =>
  withRailsTables(
    tables,
    (folder) =>
      importsInto(
        shop,
        createClient(shop.wire.config),
        unitRuntime(),
      )(railsExport(folder, options), options),
    format,
  );

const rowsOf = ({ db, tables }: FakeShop): string[][] =>
  [tables.products, tables.orders, tables.stockMovements].map((table) =>
    comparable(db.rows(table)),
  );

/** An order of many products, each of which it holds once. */
const largeOrder = (lines: number, status = 'confirmed'): RailsTables => {
  const ids = Array.from({ length: lines }, (_, index) => index + 1);
  return {
    products: ids.map((id) => [id, `Product ${id}`, 1, 1, PLACED]),
    orders: [[1, status, null, PLACED, PLACED]],
    items: ids.map((id) => [1, id, 1]),
    movements: ids.map((id) => [id, id, 1, 'reservation', -1, 'order_1', PLACED]),
  };
};

describe('An imported shop', () => {
  test.each(['csv', 'jsonl'] as const)(
    'has the units that its orders hold, from %s',
    async (format) => {
      const shop = openShop();

      const report = await imports(shop, SMALL_SHOP, {}, format);

      expect(report).toMatchObject({ findings: [], orders: { new: 3 }, products: { new: 1 } });
      // Of the 10 that Rails counted, 2 have shipped.
      expect(await shop.stockOf('7')).toEqual({ stock: 8, reserved: 3, available: 5 });
      await expectLawsHold(shop);
      expect(told(await auditOf(shop))).toEqual([]);
    },
  );

  test('writes its ledger as this shop would have', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    expect(
      (await shop.movements())
        .map(({ referenceId, entry, quantity }) => `${referenceId} ${entry} ${quantity}`)
        .sort(),
    ).toEqual([
      'order_1 reservation#7 -3',
      'order_2 reservation#7 -2',
      'order_2_shipment adjustment#7 -2',
      'order_3 reservation#7 -4',
      'order_3_cancellation restoration#7 4',
      'product_7_opening adjustment#7 5',
      'product_7_opening_1 adjustment#7 3',
      'product_7_opening_2 adjustment#7 2',
    ]);
  });

  test('cancels a pending order, and its repetition answers the same', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    const first = await shop.cancels('1');
    const second = await shop.cancels('1');

    expect([first.outcome, second.outcome]).toEqual(['cancelled', 'already_cancelled']);
    expect(await shop.restoredBy(second)).toEqual([{ productId: '7', quantity: 3 }]);
    expect(await shop.stockOf('7')).toEqual({ stock: 8, reserved: 0, available: 8 });
    await expectLawsHold(shop);
  });

  test('knows what came back of an order that was cancelled before', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    const result = await shop.cancels('3');

    expect(result.outcome).toBe('already_cancelled');
    expect(await shop.restoredBy(result)).toEqual([{ productId: '7', quantity: 4 }]);
  });

  test('refuses to cancel what has been delivered', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    expect(await shop.cancels('2')).toMatchObject({ outcome: 'not_cancellable' });
  });

  test('ships and delivers', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    for (const to of ['confirmed', 'shipped', 'delivered'] as const) {
      expect(await transitionOrder('1', to, shop.ports())).toMatchObject({ outcome: 'moved' });
    }
    expect(await shop.stockOf('7')).toEqual({ stock: 5, reserved: 0, available: 5 });
    await expectLawsHold(shop);
  });

  test('takes the cancellation of an order back, which then holds its units again, as pending', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    const result = await reinstateOrder('3', {}, shop.ports());

    expect(result).toMatchObject({ outcome: 'reinstated', order: { status: 'pending' } });
    expect(await shop.stockOf('7')).toEqual({ stock: 8, reserved: 7, available: 1 });
    expect(await shop.cancels('3')).toMatchObject({ outcome: 'cancelled' });
    await expectLawsHold(shop);
    expect(told(await auditOf(shop))).toEqual([]);
  });

  test('takes no cancellation back if too little is available, or if a product does not exist', async () => {
    const shop = openShop();
    const tables: RailsTables = {
      products: [[7, 'Green tea', 1, 0, PLACED]],
      orders: [1, 2].map((id) => [id, 'cancelled', PLACED, PLACED, PLACED]),
      items: [
        [1, 7, 2],
        [2, 8, 2],
      ],
    };
    await imports(shop, tables);
    const before = rowsOf(shop);

    expect(await reinstateOrder('1', {}, shop.ports())).toMatchObject({
      outcome: 'insufficient_stock',
    });
    expect(await reinstateOrder('2', {}, shop.ports())).toMatchObject({
      outcome: 'product_not_found',
    });
    expect(rowsOf(shop)).toEqual(before);
  });

  test('reserves what a cancelled order never had reserved, when its cancellation is taken back', async () => {
    const shop = openShop();
    const tables: RailsTables = {
      products: [[7, 'Green tea', 10, 0, PLACED]],
      orders: [[1, 'cancelled', PLACED, PLACED, PLACED]],
      items: [[1, 7, 2]],
    };
    await imports(shop, tables);

    await reinstateOrder('1', {}, shop.ports());

    expect(await shop.stockOf('7')).toEqual({ stock: 10, reserved: 2, available: 8 });
    await expectLawsHold(shop);
    expect(told(await auditOf(shop))).toEqual([]);
  });

  test('deletes a cancelled order with its movements', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);

    expect(await deleteOrder('3', shop.ports())).toMatchObject({ outcome: 'deleted' });
    expect(await shop.movementsOf({ orderId: '3' })).toEqual([]);
    await expectLawsHold(shop);
  });

  test('lets pending orders expire only if the operator says when', async () => {
    const [never, soon] = [openShop(), openShop()];
    await imports(never, SMALL_SHOP);
    await imports(soon, SMALL_SHOP, { expiresAt: PLACED_AT });

    await sweepOrders(never.ports());
    await sweepOrders(soon.ports());

    expect((await never.order('1')).status).toBe('pending');
    expect(await soon.order('1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'expired',
    });
    await expectLawsHold(soon);
  });

  test('keeps old adjustments under their references, and gives a reference to those without', async () => {
    const shop = openShop();
    const movements = [
      [1, 7, null, 'adjustment', 4, 'po-1', PLACED],
      [2, 7, null, 'adjustment', 2, 'po-1', PLACED],
      [3, 7, null, 'adjustment', -1, null, PLACED],
      [4, 7, null, 'adjustment', 3, 'order_1_cancellation', PLACED],
    ];
    const products = [[7, 'Tea', 10, 0, PLACED]];

    const { findings } = await imports(shop, { products, movements });

    expect(findings.map(({ kind }) => kind)).toEqual(['reference_renamed']);
    const ledger = await shop.movements();
    expect(ledger.map(({ referenceId, quantity }) => [referenceId, quantity])).toEqual(
      expect.arrayContaining([
        ['po-1', 6],
        ['rails-3', -1],
        ['rails-4', 3],
        ['product_7_opening', 2],
      ]),
    );
    await expectLawsHold(shop);
  });

  test('brings in any number of adjustments, and never sells what is not there', async () => {
    const shop = openShop();
    const movements = Array.from({ length: 250 }, (_, index) => [
      ...[index, 7, null, 'adjustment', 1, `po-${index}`, PLACED],
    ]);
    const tables = { products: [[7, 'Tea', 10, 0, PLACED]], movements };

    await imports(shop, tables);

    expect(await shop.stockOf('7')).toEqual({ stock: 10, reserved: 0, available: 10 });
    expect(
      (await shop.movements()).filter(({ referenceId }) => /^po/.test(referenceId)),
    ).toHaveLength(250);
    await expectLawsHold(shop);
    const before = rowsOf(shop);
    expect(await imports(shop, tables)).toMatchObject({ movements: 0 });
    expect(rowsOf(shop)).toEqual(before);
  });
});

describe('Adjustments that do not fit into the transaction that opens their product', () => {
  const withAdjustments = (quantities: readonly number[]): RailsTables => ({
    products: [[7, 'Tea', 10, 0, PLACED]],
    movements: quantities.map((quantity, index) => [
      ...[1_000 + index, 7, null, 'adjustment', quantity, `po-${1_000 + index}`, PLACED],
    ]),
  });
  const ones = Array.from({ length: 250 }, () => 1);
  const referencesOf = async (shop: FakeShop): Promise<string[]> =>
    (await shop.movements()).map(({ referenceId }) => referenceId);

  test('are left out and told if somebody has used one of their references meanwhile', async () => {
    const shop = openShop();
    const booking = {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        const result = await shop.store.commit(...call);
        if (call[0].some(({ type }) => type === 'create-product')) {
          await adjustStock({ productId: '7', quantity: 5, referenceId: 'po-1150' }, shop.ports());
        }
        return result;
      },
    };
    const difference = {
      of: 'product',
      id: '7',
      is: 'has a movement po-1150 already: 99 movements of the import are left out',
    };

    const report = await imports(shop, withAdjustments(ones), { shop: booking });

    expect(report.differences).toEqual([difference]);
    expect(report.products).toEqual({ new: 0, same: 0, different: 1 });
    expect(await referencesOf(shop)).not.toContain('po-1151');
    expect(await referencesOf(shop)).toContain('po-1249');
    expect(await shop.stockOf('7')).toEqual({ stock: 15, reserved: 0, available: 15 });
    expect(told(await auditOf(shop))).toEqual([]);
    for (const isApplied of [false, true]) {
      const again = await imports(shop, withAdjustments(ones), { isApplied });
      expect(again).toMatchObject({ differences: [difference], movements: 0 });
    }
  });

  test('are told if a later export has other ones', async () => {
    const shop = openShop();
    await imports(shop, withAdjustments(ones));

    const { differences } = await imports(shop, withAdjustments([...ones, 4, -4]));

    expect(differences).toEqual([
      { of: 'product', id: '7', is: expect.stringContaining('has a movement po-1196 already') },
    ]);
  });

  test('are no difference if another import writes them at the same moment', async () => {
    const shop = openShop();
    const tables = withAdjustments(ones);
    let overtakes = true;
    const overtaken = {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        const isPart = call[0].every(({ type }) => type !== 'create-product');
        if (isPart && overtakes) {
          overtakes = false;
          await imports(shop, tables);
        }
        return shop.store.commit(...call);
      },
    };

    const report = await imports(shop, tables, { shop: overtaken });

    expect(report.differences).toEqual([]);
    expect(await shop.movements()).toHaveLength(253);
    await expectLawsHold(shop);
  });

  test('are left out and told if their product is deleted meanwhile', async () => {
    const shop = openShop();
    const deleting = {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        const result = await shop.store.commit(...call);
        if (call[0].some(({ type }) => type === 'create-product')) {
          await deleteProduct('7', shop.ports());
        }
        return result;
      },
    };

    const { differences } = await imports(shop, withAdjustments(ones), { shop: deleting });

    expect(differences).toEqual([
      { of: 'product', id: '7', is: 'is gone: 99 movements of the import are left out' },
    ]);
    expect(rowsOf(shop)).toEqual([[], [], []]);
  });
});

const SOME_UNITS = { items: [{ productId: '1', quantity: 1 }], idempotencyKey: 'k1' };

/** What others may try with order 1. */
const TOUCHES: Readonly<Record<string, (ports: Ports) => Promise<{ outcome: string }>>> = {
  cancelPart: (ports) => cancelLines({ orderId: '1', ...SOME_UNITS }, ports),
  ship: (ports) => shipLines('1', SOME_UNITS, ports),
  takeBack: (ports) => returnLines('1', SOME_UNITS, ports),
  confirm: (ports) => transitionOrder('1', 'confirmed', ports),
  deliver: (ports) => transitionOrder('1', 'delivered', ports),
  lock: (ports) => lockOrder('1', undefined, ports),
  unlock: (ports) => unlockOrder('1', ports),
  reinstate: (ports) => reinstateOrder('1', {}, ports),
  amend: (ports) => amendOrder('1', { metadata: { gift: 'yes' }, expiresAt: PLACED_AT }, ports),
};

describe('An order of 1,001 lines', () => {
  test('comes in whole, and can be cancelled', async () => {
    const shop = openShop();

    await imports(shop, largeOrder(1_001));

    expect((await shop.order('1')).items).toHaveLength(1_001);
    await expectLawsHold(shop);
    expect(await shop.cancels('1')).toMatchObject({ outcome: 'cancelled' });
    await expectLawsHold(shop);
  });

  test.each(['confirmed', 'shipped', 'cancelled'])(
    'keeps the laws after each transaction, and nobody else moves it: %s',
    async (status) => {
      const shop = openShop();
      let commits = 0;
      const dying = {
        ...shop.store,
        commit: async (...call: Parameters<typeof shop.store.commit>) => {
          const result = await shop.store.commit(...call);
          if (call[0].some(({ type }) => type === 'create-order')) commits += 1;
          if (commits > 0) throw new Error('killed');
          return result;
        },
      };
      const tables = largeOrder(120, status);

      await expect(imports(shop, tables, { shop: dying })).rejects.toThrow('killed');

      expect(await shop.order('1')).toMatchObject({ importing: true, status });
      await expectLawsHold(shop, { unfinished: ['1'] });
      expect(told(await auditOf(shop))).toEqual([]);
      const half = rowsOf(shop);
      expect(await shop.cancels('1')).toMatchObject({ outcome: 'unfinished' });
      expect(await transitionOrder('1', 'shipped', shop.ports())).toMatchObject({
        outcome: 'invalid_transition',
      });
      expect(await shop.places('1', { 1: 1 })).toEqual({ outcome: 'order_exists' });
      for (const touch of Object.values(TOUCHES)) {
        expect(await touch(shop.ports())).toMatchObject({
          outcome: expect.stringMatching(/^(?:rejected|unfinished|invalid_transition)$/),
        });
      }
      expect(await deleteOrder('1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
      await sweepOrders(shop.ports());
      expect(rowsOf(shop)).toEqual(half);

      await imports(shop, tables);
      expect(await shop.order('1')).not.toHaveProperty('importing');
      await expectLawsHold(shop);
    },
  );
});

describe('An import that is killed', () => {
  /** 60 transactions for its products, and 3 for its order. */
  const tables = largeOrder(60);

  const dying = (shop: FakeShop, moment: number, isWritten: boolean) => {
    let commits = 0;
    return {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        commits += 1;
        if (commits >= moment && !isWritten) throw new Error('killed');
        const result = await shop.store.commit(...call);
        if (commits >= moment) throw new Error('killed');
        return result;
      },
    };
  };

  test.each(
    [17, 61, 62].flatMap((moment) => [
      [moment, 'before', false] as const,
      [moment, 'after', true] as const,
    ]),
  )('at transaction %i, %s it is written, ends the same', async (moment, _, isWritten) => {
    const [whole, killed] = [openShop(), openShop()];
    await imports(whole, tables);

    await imports(killed, tables, { shop: dying(killed, moment, isWritten) }).catch(() => {});
    expect(told(await auditOf(killed))).toEqual([]);
    await imports(killed, tables);

    expect(rowsOf(killed)).toEqual(rowsOf(whole));
    await expectLawsHold(killed);
  });

  test.each<[string, Partial<RailsTables>]>([
    [
      'another number of a product',
      {
        items: [[1, 1, 2], ...(tables.items ?? []).slice(1)],
        movements: [
          [1, 1, 1, 'reservation', -2, 'order_1', PLACED],
          ...(tables.movements ?? []).slice(1),
        ],
      },
    ],
    ['another status', { orders: [[1, 'cancelled', PLACED, PLACED, PLACED]] }],
  ])(
    'halfway through an order, and goes on with a file that has %s, leaves the order alone',
    async (_, changed) => {
      const shop = openShop();
      await imports(shop, tables, { shop: dying(shop, 61, true) }).catch(() => {});
      const begun = await shop.order('1');

      const { differences } = await imports(shop, { ...tables, ...changed });

      expect(differences.map(({ of, id }) => `${of} ${id}`)).toContain('order 1');
      expect(await shop.order('1')).toEqual(begun);
      expect(told(await auditOf(shop))).toEqual([]);
      await imports(shop, tables);
      expect(await shop.order('1')).not.toHaveProperty('importing');
      await expectLawsHold(shop);
    },
  );
});

describe('A shop that is open while another one comes in', () => {
  test('keeps what it has: rows that differ are told and left alone', async () => {
    const shop = openShop();
    await shop.sells({ 7: 100 });
    await shop.hasOrders({ 1: { 7: 9 } });

    const { differences, orders, products } = await imports(shop, SMALL_SHOP);

    expect(differences.map(({ of, id }) => `${of} ${id}`)).toEqual(['product 7', 'order 1']);
    expect([products.different, orders]).toEqual([1, { new: 2, same: 0, different: 1 }]);
    expect((await shop.order('1')).items[0]).toMatchObject({ reservedQuantity: 9 });
    await expectLawsHold(shop);
  });

  test('cancels an imported order, and the next import leaves that alone', async () => {
    const shop = openShop();
    await imports(shop, SMALL_SHOP);
    await shop.cancels('1');
    const before = rowsOf(shop);

    const { differences } = await imports(shop, SMALL_SHOP);

    expect(differences).toEqual([
      { of: 'order', id: '1', is: 'is cancelled here, and pending in the import' },
    ]);
    expect(rowsOf(shop)).toEqual(before);
  });

  test('sells no unit that an order of the other one holds', async () => {
    const shop = openShop();
    const bought: string[] = [];
    const buying = {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        const result = await shop.store.commit(...call);
        const { outcome } = await shop.places(`own-${bought.length}`, { 7: 2 });
        if (outcome === 'placed') bought.push(outcome);
        return result;
      },
    };

    await imports(shop, SMALL_SHOP, { shop: buying });

    // 5 were available in the old shop.
    expect(bought).toHaveLength(2);
    expect((await shop.order('1')).items[0]).toMatchObject({ reservedQuantity: 3 });
    await expectLawsHold(shop);
  });

  test('takes in the orders of a product that is closed: they hold its units already', async () => {
    const shop = openShop();
    const closing = {
      ...shop.store,
      commit: async (...call: Parameters<typeof shop.store.commit>) => {
        const result = await shop.store.commit(...call);
        await updateProduct({ productId: '7', closed: true }, shop.ports());
        return result;
      },
    };

    const report = await imports(shop, SMALL_SHOP, { shop: closing });

    expect(report).toMatchObject({ orders: { new: 3 }, differences: [] });
    expect((await shop.order('1')).items[0]).toMatchObject({ reservedQuantity: 3 });
    expect(await shop.places('own', { 7: 1 })).toMatchObject({ outcome: 'product_closed' });
    await expectLawsHold(shop);
  });

  test('has nothing written to it without --apply', async () => {
    const shop = openShop();

    const report = await imports(shop, SMALL_SHOP, { isApplied: false });

    expect(report).toMatchObject({ orders: { new: 3 }, products: { new: 1 }, movements: 8 });
    expect(rowsOf(shop)).toEqual([[], [], []]);
  });
});

describe('An export that cannot be read', () => {
  test.each([
    ['a table that is not there', 'orders', undefined, /no orders\.csv and no orders\.jsonl/],
    ['a table without a header', 'orders', '1,pending,,,\n', /has no column id/],
    [
      'a quote without an end',
      'orders',
      'id,status,cancelled_at,created_at,updated_at\n1,"x\n',
      /is no CSV/,
    ],
    [
      'bytes that are not UTF-8',
      'products',
      Buffer.from([0xff, 0xfe, 0x0a]),
      /products\.csv line 1 is no UTF-8: byte 1 /,
    ],
  ] as const)('writes nothing: %s', async (_, table, text, message) => {
    const shop = openShop();
    const { rm, writeFile } = await import('node:fs/promises');

    const done = withRailsTables(SMALL_SHOP, async (folder) => {
      if (text === undefined) await rm(`${folder}/${table}.csv`);
      else await writeFile(`${folder}/${table}.csv`, text);
      return importsInto(shop, createClient(shop.wire.config), unitRuntime())(railsExport(folder));
    });

    await expect(done).rejects.toThrow(message);
    expect(rowsOf(shop)).toEqual([[], [], []]);
  });
});
