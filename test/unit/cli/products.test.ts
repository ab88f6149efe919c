/** `countermand product` and `countermand movements`: what they send, and what they print. */
import { describe, expect, test } from '@jest/globals';
import { movementResource, productResource } from '../../../lib/http/resources.ts';
import { aMovement, aProduct } from '../../support/builders.ts';
import { openCommandLine, refusal, shopThat } from '../../support/command-line.ts';

const TEA = productResource(aProduct('tea', { stock: 10, reserved: 3 }));
const ROW = [
  'product  name     on hand  reserved  available',
  '-------  -------  -------  --------  ---------',
  'tea      The tea       10         3          7',
  '',
].join('\n');

describe('countermand product', () => {
  test('shows a product', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /products/tea': { status: 200, body: TEA } }),
    });

    expect(await runs('product show tea')).toMatchObject({ exitCode: 0, stdout: ROW });
    expect(await runs('product show tea --json')).toMatchObject({ json: TEA });
  });

  test('lists products', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'GET /products?limit=25': { status: 200, body: { items: [TEA] } } }),
    });

    expect((await runs('product list')).stdout).toBe(ROW);
  });

  test('creates one under a new id, or under the given one', async () => {
    const { runs, sent } = openCommandLine({
      answers: shopThat({ 'POST /products': { status: 201, body: TEA } }),
    });

    expect((await runs("product create 'Green tea' --stock 10")).stdout).toBe(ROW);
    await runs("product create 'Green tea' --id tea");

    expect(sent.map(({ body }) => body)).toEqual([
      { id: 'ID1', name: 'Green tea', stockQuantity: 10 },
      { id: 'tea', name: 'Green tea', stockQuantity: 0 },
    ]);
  });

  test('changes one, and shows that it is closed', async () => {
    const closed = { ...TEA, closed: true, metadata: { shelf: 'a1' } };
    const { runs, sent } = openCommandLine({
      answers: shopThat({ 'PATCH /products/tea': { status: 200, body: closed } }),
    });

    expect(
      (await runs('product update tea --close --metadata shelf=a1 by=ceylon')).stdout,
    ).toContain('The tea (closed)');
    await runs('product update tea --reopen --name Tea --clear-metadata');

    expect(sent.map(({ body }) => body)).toEqual([
      { metadata: { shelf: 'a1', by: 'ceylon' }, closed: true },
      { name: 'Tea', metadata: {}, closed: false },
    ]);
  });

  test.each(['', '--close --reopen', '--metadata shelf', '--metadata'])(
    'changes none by "%s"',
    async (options) => {
      const { runs, sent } = openCommandLine();

      expect(await runs(`product update tea ${options}`)).toMatchObject({ exitCode: 2 });
      expect(sent).toEqual([]);
    },
  );

  test('deletes one', async () => {
    const { runs } = openCommandLine({
      answers: shopThat({ 'DELETE /products/tea': { status: 204 } }),
    });

    expect((await runs('product delete tea')).stdout).toBe('Product tea is deleted.\n');
  });
});

describe('countermand product adjust', () => {
  const movement = (quantity: number, status = 201) => ({
    status,
    body: movementResource(aMovement({ productId: 'tea', quantity, stockDelta: quantity })),
  });

  test('gives the adjustment a reference and prints it', async () => {
    const { runs, sent } = openCommandLine({ answers: () => movement(-3) });

    expect((await runs('product adjust tea -3 --reason damaged')).stdout).toBe(
      'tea is adjusted by -3. Reference: ID1\n',
    );
    expect(sent[0]).toMatchObject({
      url: 'http://localhost:3000/products/tea/adjustments',
      body: { quantity: -3, referenceId: 'ID1', reason: 'damaged' },
    });
  });

  test('says that the reference has adjusted it before', async () => {
    const { runs } = openCommandLine({ answers: () => movement(6, 200) });

    expect((await runs('product adjust tea 6 --reference po-77')).stdout).toBe(
      'tea was adjusted before by +6. Reference: po-77\n',
    );
  });

  test('says with which reference to repeat it when it has not ended in time', async () => {
    const { runs, sent } = openCommandLine({
      answers: () => refusal(503, 'try_again', 'Send it again with referenceId ID1'),
    });

    expect(await runs('product adjust tea 6')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/--reference\s+ID1/),
    });
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map(({ body }) => body.referenceId))).toEqual(new Set(['ID1']));
  });

  test.each(['x', '1.5', '1000000001', '1e3'])('takes no quantity of %s', async (quantity) => {
    const { runs, sent } = openCommandLine();

    expect(await runs(`product adjust tea ${quantity}`)).toMatchObject({ exitCode: 2 });
    expect(sent).toEqual([]);
  });
});

describe('countermand product orders', () => {
  test('lists who holds it', async () => {
    const items = [{ orderId: '1001', status: 'pending', reservedQuantity: 3 }];
    const { runs } = openCommandLine({
      answers: shopThat({
        'GET /products/tea/orders?limit=25': { status: 200, body: { items } },
      }),
    });

    expect((await runs('product orders tea')).stdout).toBe(
      ['order  status   held', '-----  -------  ----', '1001   pending     3', ''].join('\n'),
    );
  });
});

describe('countermand product count', () => {
  const movement = movementResource(aMovement({ productId: 'tea', quantity: -2, stockDelta: -2 }));

  test('gives the count a reference, and prints what it differed by', async () => {
    const { runs, sent } = openCommandLine({
      answers: () => ({ status: 200, body: { product: TEA, movement } }),
    });

    expect((await runs('product count tea 10 --expected 12')).stdout).toBe(
      'tea has 10 on hand: the count differed by -2. Reference: ID1\n',
    );
    expect(sent).toMatchObject([
      {
        method: 'PUT',
        url: 'http://localhost:3000/products/tea/stock',
        body: { stockQuantity: 10, expectedStockQuantity: 12, referenceId: 'ID1' },
      },
    ]);
  });

  test('says that nothing differed, or that the stock has moved since', async () => {
    const same = openCommandLine({ answers: () => ({ status: 200, body: { product: TEA } }) });
    expect((await same.runs('product count tea 10 --reference c1')).stdout).toBe(
      'tea has 10 on hand: nothing differed. Reference: c1\n',
    );

    const moved = openCommandLine({
      answers: () => ({ status: 200, body: { product: TEA, movement } }),
    });
    expect((await moved.runs('product count tea 9 --reference c1')).stdout).toBe(
      'tea has 10 on hand now: the count of 9 differed by -2. Reference: c1\n',
    );
  });
});

describe('countermand product call-off', () => {
  const answers = shopThat({
    'POST /products/tea/call-off': { status: 202, body: { batchId: 'B1', accepted: 3 } },
  });

  test('calls it off line by line, and says how to see the end', async () => {
    const { runs, sent } = openCommandLine({ answers });

    const { exitCode, stdout } = await runs('product call-off tea --reason inventory');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Product tea is closed, and 3 orders that hold it will be cancelled.');
    expect(sent.map(({ body }) => body)).toEqual([{ scope: 'line', reason: 'inventory' }]);
  });

  test('calls whole orders off, whose goods are lost', async () => {
    const { runs, sent } = openCommandLine({ answers });

    expect(await runs('product call-off tea --scope order --no-restock --json')).toMatchObject({
      json: { batchId: 'B1', accepted: 3 },
    });
    expect(sent.map(({ body }) => body)).toEqual([{ scope: 'order', restock: false }]);
  });
});

describe('countermand product call-off --up-to', () => {
  test('takes so many units once for its key, which it tells', async () => {
    const { runs, sent } = openCommandLine({
      answers: shopThat({
        'POST /products/tea/call-off': { status: 202, body: { batchId: 'B1', accepted: 1 } },
      }),
    });

    const { exitCode, stdout } = await runs(
      'product call-off tea --up-to 12 --no-restock --key burst-pipe',
    );

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Up to 12 units of product tea will be taken from 1 order');
    expect(stdout).toContain('Key: burst-pipe');
    expect(sent).toMatchObject([
      {
        body: { scope: 'line', restock: false, upTo: 12 },
        headers: { 'idempotency-key': 'burst-pipe' },
      },
    ]);
  });
});

describe('countermand product call-off --dry-run', () => {
  const preview = {
    complete: true,
    results: [
      { orderId: '1', outcome: 'cancelled' },
      { orderId: '2', outcome: 'order_locked' },
      { orderId: '3', outcome: 'cancelled' },
    ],
    restored: [{ productId: 'tea', quantity: 5 }],
    transactions: 1,
    writeUnits: 14,
  };
  const answering = (body: object) =>
    openCommandLine({
      answers: shopThat({ 'POST /products/tea/call-off': { status: 200, body } }),
    });

  test('tells what it would do', async () => {
    const { runs, sent } = answering(preview);

    const { exitCode, stdout } = await runs('product call-off tea --dry-run');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Nothing was done.*\ncancelled: 2\norder_locked: 1\nBack in stock: .*\n1 transaction, 14 write units\n$/,
    );
    expect(sent.map(({ body }) => body)).toEqual([{ scope: 'line', dryRun: true }]);
  });

  test('ends with 3 when it does not know all', async () => {
    const { runs } = answering({ ...preview, complete: false, restored: [] });

    expect(await runs('product call-off tea --dry-run')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/Nothing would come back\n.*\nThere are more orders/),
    });
  });
});

describe('countermand product adjust-file', () => {
  const csv = (...lines: string[]) => new Map([['stock.csv', lines.join('\n')]]);
  const done = { productId: 'tea', referenceId: '0_ID1.0', outcome: 'adjusted' };

  test('sends the file in parts of 100, each with a key, and tells of what was refused', async () => {
    const refused = { productId: 'mug', referenceId: '1_monday.0', code: 'product_not_found' };
    const { runs, sent } = openCommandLine({
      files: csv('productId,quantity', ...Array.from({ length: 101 }, () => 'tea,-1')),
      answers: () => ({ status: 200, body: { results: [done, refused] } }),
    });

    expect(await runs('product adjust-file stock.csv --key monday')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /^2 of 4 adjustments made\. Key: monday\n\n(.*\n)+mug +1_monday/,
      ),
    });
    expect(sent.map(({ body }) => body.adjustments.length)).toEqual([100, 1]);
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['monday.0', 'monday.1']);
  });

  test('reads counts, references and reasons, and ends with 3 when some have to be repeated', async () => {
    const { runs, sent } = openCommandLine({
      files: csv(
        'stockQuantity,productId,referenceId,reason,quantity',
        '7,tea,,"found, again",',
        ',mug,r1,,+2',
      ),
      answers: () => ({
        status: 200,
        body: { results: [done, { productId: 'mug', referenceId: 'r1', code: 'try_again' }] },
      }),
    });

    expect(await runs('product adjust-file stock.csv')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('repeat it with --key ID1'),
    });
    expect(sent[0]?.body).toEqual({
      adjustments: [
        { productId: 'tea', stockQuantity: 7, reason: 'found, again' },
        { productId: 'mug', quantity: 2, referenceId: 'r1' },
      ],
    });
  });

  test.each([
    [['product,quantity', 'tea,1'], /first line has "product"/],
    [['productId,quantity', 'tea,1.5'], /line 2/],
    [['productId,quantity,stockQuantity', 'tea,1,1'], /line 2/],
    [['productId,quantity', 'tea,1', ',1'], /line 3/],
    [['productId,quantity'], /no products/],
  ])('sends nothing of %j', async (lines, message) => {
    const { runs, sent } = openCommandLine({ files: csv(...lines) });

    expect(await runs('product adjust-file stock.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(message),
    });
    expect(sent).toEqual([]);
  });
});

describe('countermand movements', () => {
  const items = [
    aMovement({ referenceId: 'order_1001', productId: 'tea', stockDelta: 0, reservedDelta: 3 }),
    aMovement({ referenceId: 'po-77', productId: 'tea', stockDelta: -2 }),
  ].map(movementResource);
  const answer = { status: 200, body: { items } };

  test.each([
    ['--order 1001', '/orders/1001/movements?limit=25'],
    ['--order 1001 --type restoration', '/orders/1001/movements?movementType=restoration&limit=25'],
    ['--product tea --limit 5', '/products/tea/movements?limit=5'],
    ['--reference order_7~2', '/movements?referenceId=order_7~2&limit=25'],
  ])('with %s asks for %s', async (options, url) => {
    const { runs, sent } = openCommandLine({ answers: () => answer });

    expect(await runs(`movements ${options} --json`)).toMatchObject({
      exitCode: 0,
      json: { items },
    });
    expect(sent[0]?.url).toBe(`http://localhost:3000${url}`);
  });

  test('print the product for an order, and the time for a product', async () => {
    const { runs } = openCommandLine({ answers: () => answer });

    expect((await runs('movements --order 1001')).stdout).toBe(
      [
        'product  reference   movement    on hand  reserved',
        '-------  ----------  ----------  -------  --------',
        'tea      order_1001  adjustment        0        +3',
        'tea      po-77       adjustment       -2         0',
        '',
      ].join('\n'),
    );
    expect((await runs('movements --product tea')).stdout).toMatch(
      /^2026-03-01 08:00 {2}order_1001 {2}adjustment/m,
    );
  });

  test('need to know whose, and only one of them', async () => {
    const { runs } = openCommandLine();

    expect(await runs('movements')).toMatchObject({
      exitCode: 2,
      stderr: 'Say whose movements: --order, --product or --reference.\n',
    });
    expect(await runs('movements --order 1 --product 2')).toMatchObject({ exitCode: 2 });
  });
});
