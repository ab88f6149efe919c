/** `countermand audit` and `repair`: what they tell of a shop, and how they end. */
import { describe, expect, test } from '@jest/globals';
import { NOW } from '../../support/builders.ts';
import { openCommandLine } from '../../support/command-line.ts';
import type { FakeShop } from '../../support/fake-shop.ts';
import { tablesOf } from '../../support/fake-tables.ts';
import {
  always,
  connectionRefused,
  meanwhile,
  refusedWith,
  type When,
} from '../../support/faults.ts';
import { line, openHonestShop, product } from '../../support/planted-damage.ts';

const rowsOf = ({ db, tables }: FakeShop) =>
  [tables.products, tables.orders, tables.stockMovements].map((table) => db.rows(table));

/** An hour after the last write, so that all is at rest. */
const LATER = new Date(Date.parse(NOW) + 3_600_000).toISOString();

const openShopAndLine = async (now = LATER) => {
  const shop = await openHonestShop();
  return { shop, commandLine: openCommandLine({ tables: tablesOf(shop), now }) };
};

const damages = async (shop: FakeShop): Promise<void> => {
  await product('mug', { stockQuantity: 12, availableQuantity: 10 })(shop);
  shop.db.remove(shop.tables.stockMovements, {
    referenceId: 'order_cancelled_cancellation',
    entry: 'restoration#mug',
  });
};

const FINDINGS = [
  'law             subject          what is                     what ought to be',
  '--------------  ---------------  --------------------------  -------------------',
  'ledger          product mug      movementCount is 6          5, by its ledger',
  'ledger          product mug      stockQuantity is 12         9, by its movements',
  'ledger          product mug      reservedQuantity is 2       5, by its movements',
  'right-to-stock  order cancelled  holds 0 mug                 3, by the ledger',
  'answers         order cancelled  tells that 3 mug came back  0, by the ledger',
];

describe('countermand audit', () => {
  test('finds that all laws hold', async () => {
    const { commandLine } = await openShopAndLine();

    expect(await commandLine.runs('audit')).toMatchObject({
      exitCode: 0,
      stdout: 'All laws hold over 3 products, 7 orders and 19 movements.\n',
      stderr: 'Compared 50%\nCompared 100%\n',
    });
  });

  test('tells what is wrong in 80 columns', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await damages(shop);

    const { exitCode, stdout } = await commandLine.runs('audit');

    expect(exitCode).toBe(1);
    expect(stdout.split('\n')).toEqual([
      ...FINDINGS,
      '',
      '5 findings in 3 products, 7 orders and 18 movements.',
      '',
    ]);
  });

  test('tells programs all that is known', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await damages(shop);

    expect(await commandLine.runs('audit --json')).toMatchObject({
      exitCode: 1,
      json: {
        isComplete: true,
        unproven: [],
        findings: expect.arrayContaining([
          {
            law: 'right-to-stock',
            of: 'order',
            subject: 'cancelled',
            is: 'holds 0 mug',
            ought: '3, by the ledger',
            productId: 'mug',
          },
        ]),
      },
    });
  });

  test('names what was too busy to be looked at, which is no finding', async () => {
    const { shop, commandLine } = await openShopAndLine(NOW);
    await product('mug', { movementCount: 9 })(shop);

    const { exitCode, stdout } = await commandLine.runs('audit');

    expect(exitCode).toBe(3);
    expect(stdout).toBe(
      [
        '0 findings in 3 products, 7 orders and 19 movements.',
        'Too busy to be looked at: product mug. Audit again at a quiet hour.',
        '',
      ].join('\n'),
    );
  });
});

describe('countermand repair', () => {
  test('says what it would do, and writes nothing', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await product('mug', { stockQuantity: 12, availableQuantity: 10 })(shop);
    const rows = rowsOf(shop);

    const { exitCode, stdout } = await commandLine.runs('repair');

    expect(exitCode).toBe(1);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'repair of  would be done',
      '---------  --------------------------------------',
      'mug        set on hand 12 to 9, available 10 to 7',
    ]);
    expect(stdout).toMatch(/Nothing was written\. --apply writes it\.\n$/);
    expect(rowsOf(shop)).toEqual(rows);
  });

  test('--apply mends it, and the next audit finds nothing', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await damages(shop);
    await line('pending', { reservedQuantity: 1, cancelledQuantity: 1 })(shop);

    const { exitCode, stdout } = await commandLine.runs('repair --apply');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^mug +record order_cancelled_cancellation restoration#mug: 3$/m);
    expect(stdout).toMatch(/^All laws hold/m);
    expect((await shop.verdict()).violations).toEqual([]);
    expect(await commandLine.runs('audit')).toMatchObject({ exitCode: 0 });
  });

  test('finds nothing to do in a shop that keeps the laws', async () => {
    const { shop, commandLine } = await openShopAndLine();
    const rows = rowsOf(shop);

    expect(await commandLine.runs('repair --apply --json')).toMatchObject({
      exitCode: 0,
      json: { repairs: [], after: { findings: [] } },
    });
    expect(rowsOf(shop)).toEqual(rows);
  });

  test('ends with 1 if something is left to a person', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await product('cup', { stockQuantity: 'many' })(shop);

    const { exitCode, stdout } = await commandLine.runs('repair --apply');

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^damaged +product cup/m);
  });
});

describe.each(['audit', 'repair', 'repair --apply'])('countermand %s', (command) => {
  test('says where it has found no tables that answer', async () => {
    const { shop, commandLine } = await openShopAndLine();
    shop.wire.use(connectionRefused);

    expect(await commandLine.runs(`${command} --json`)).toMatchObject({
      exitCode: 3,
      json: {
        code: 'not_reachable',
        detail:
          'DynamoDB did not answer at http://127.0.0.1:8000 (ECONNREFUSED). Does the system run? npm start.',
      },
    });
  });

  test('gives up on tables that no longer answer, after two minutes', async () => {
    const { shop, commandLine } = await openShopAndLine();
    let answers = 3;
    const answersThrice: When = () => {
      answers -= 1;
      return answers < 0;
    };
    shop.wire.use(always(answersThrice, connectionRefused));

    expect(await commandLine.runs(`${command} --json`)).toMatchObject({
      exitCode: 3,
      json: { code: 'not_reachable' },
    });
    expect(commandLine.spent()).toBeGreaterThan(119_000);
    expect(commandLine.spent()).toBeLessThanOrEqual(120_000);
  });

  test('says that DynamoDB does not let it in', async () => {
    const { shop, commandLine } = await openShopAndLine();
    shop.wire.use(always(() => true, refusedWith('AccessDeniedException', 400)));

    expect(await commandLine.runs(command)).toMatchObject({ exitCode: 4 });
  });

  test('says that the stage has no tables', async () => {
    const { shop, commandLine } = await openShopAndLine();
    shop.wire.use(always(() => true, refusedWith('ResourceNotFoundException', 400)));

    expect(await commandLine.runs(command)).toMatchObject({ exitCode: 2 });
  });

  test('writes nothing any more after Ctrl-C', async () => {
    const { shop, commandLine } = await openShopAndLine();
    await damages(shop);
    const rows = rowsOf(shop);
    shop.wire.next('Scan', meanwhile(commandLine.interrupt));

    expect(await commandLine.runs(command)).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('Stopped.'),
    });
    expect(rowsOf(shop)).toEqual(rows);
  });
});
