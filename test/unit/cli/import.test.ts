/** `countermand import`: what it tells of an export, and how it ends. */
import { describe, expect, test } from '@jest/globals';
import { openCommandLine } from '../../support/command-line.ts';
import { openShop } from '../../support/fake-shop.ts';
import { tablesOf } from '../../support/fake-tables.ts';
import { meanwhile } from '../../support/faults.ts';
import { PLACED, RESTORED_TWICE, SMALL_SHOP, withRailsTables } from '../../support/rails-tables.ts';

const openShopAndLine = () => {
  const shop = openShop();
  return { shop, line: openCommandLine({ tables: tablesOf(shop) }) };
};

describe('countermand import rails', () => {
  test('says what it would write, and writes nothing', () =>
    withRailsTables(SMALL_SHOP, async (folder) => {
      const { shop, line } = openShopAndLine();

      const { exitCode, stdout } = await line.runs(`import rails ${folder}`);

      expect(exitCode).toBe(0);
      expect(stdout.split('\n')).toEqual([
        'Read 1 products, 3 orders, 3 order_items, 4 stock_movements.',
        'To be written: 1 product, 3 orders and 8 movements.',
        '2 units of 1 product have been shipped, and were still counted on hand and',
        'reserved: they no longer are. What is available stays the same.',
        'Nothing was written. --apply writes it.',
        '',
      ]);
      expect(shop.db.rows(shop.tables.orders)).toEqual([]);
    }));

  test('--apply writes it, and a second run finds it there', () =>
    withRailsTables(SMALL_SHOP, async (folder) => {
      const { line } = openShopAndLine();

      expect(await line.runs(`import rails ${folder} --apply`)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Written: 1 product, 3 orders and 8 movements.'),
      });
      expect(await line.runs(`import rails ${folder} --apply`)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('There already: 1 product, 3 orders.'),
      });
      expect(await line.runs('audit')).toMatchObject({ exitCode: 0 });
    }));

  test('tells what is wrong with its place, and writes all of it into a file', () =>
    withRailsTables(RESTORED_TWICE, async (folder) => {
      const { line } = openShopAndLine();

      const { exitCode, stdout } = await line.runs(`import rails ${folder} --report found.jsonl`);

      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^restored again +order 3/m);
      expect(JSON.parse(line.files.get('found.jsonl') ?? '')).toMatchObject({
        kind: 'restored_twice',
        orderId: '3',
        productId: '7',
        quantity: 4,
      });
    }));

  test('takes a status of the shop for one of this shop', () =>
    withRailsTables(
      { ...SMALL_SHOP, orders: [[1, 'paid', null, PLACED, PLACED]] },
      async (folder) => {
        const { shop, line } = openShopAndLine();

        await line.runs(`import rails ${folder} --apply --map-status paid=confirmed`);

        expect((await shop.order('1')).status).toBe('confirmed');
      },
    ));

  test.each([
    ['--map-status paid', /maps no status/],
    ['--map-status paid=done', /maps no status/],
    ['--expires-at soon', /must be a time/],
  ])('refuses %s', async (options, message) => {
    const { line } = openShopAndLine();

    expect(await line.runs(`import rails nowhere ${options}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(message),
    });
  });

  test('says which file is missing', async () => {
    const { line } = openShopAndLine();

    expect(await line.runs('import rails nowhere --json')).toMatchObject({
      exitCode: 2,
      json: { code: 'wrong_usage', detail: expect.stringContaining('There is no products.csv') },
    });
  });

  test('writes nothing any more after Ctrl-C', () =>
    withRailsTables(SMALL_SHOP, async (folder) => {
      const { shop, line } = openShopAndLine();
      shop.wire.next('TransactWriteItems', meanwhile(line.interrupt));

      expect(await line.runs(`import rails ${folder} --apply`)).toMatchObject({
        exitCode: 130,
        stderr: expect.stringContaining('The same command goes on from here.'),
      });
      expect(shop.db.rows(shop.tables.orders)).toEqual([]);
    }));
});
