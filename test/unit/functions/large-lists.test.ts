/** Lambda answers at most 6 MB; a larger list comes in more pages. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { aLine, anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop } = functionTests();
const { handler: listOrders } = await import('../../../functions/list-orders.ts');
const { handler: listMovements } = await import('../../../functions/list-movements.ts');
const { handler: listProductMovements } = await import(
  '../../../functions/list-product-movements.ts'
);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_LAMBDA_ANSWERS = 6_291_556;

type Item = { readonly id?: string; readonly entry?: string };

/** Every page of a list: the size of Lambda's answer, and its items. */
const parts = async (handler: HttpFunction, request: Parameters<typeof httpEvent>[0] = {}) => {
  const all: { readonly bytes: number; readonly items: readonly Item[] }[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: '100', ...request?.query, ...(cursor !== undefined && { cursor }) };
    const answer = await handler(httpEvent({ ...request, query }), lambdaContext());
    const { items, nextCursor } = JSON.parse(answer.body ?? '');
    all.push({ bytes: Buffer.byteLength(JSON.stringify(answer)), items });
    cursor = nextCursor;
  } while (cursor !== undefined);
  return all;
};

const aLargeOrder = (id: string, note: string): Order =>
  anOrder(
    id,
    Array.from({ length: 1_000 }, (_, index) =>
      aLine(`${'p'.repeat(60)}${String(index).padStart(4, '0')}`, 1, {
        reservedQuantity: 0,
        cancelledQuantity: 1,
      }),
    ),
    { status: 'cancelled', cancellationNote: note },
  );

describe('A list of large orders', () => {
  test.each(['', 'ü"\\\n\u{1f4e6}'.repeat(200)])(
    'comes in pages of at most 6 MB, each order once (note %#)',
    async (note) => {
      const ids = Array.from({ length: 60 }, (_, index) => `o${String(index).padStart(2, '0')}`);
      const shop = openShop();
      for (const id of ids) await shop.has(aLargeOrder(id, note));

      const all = await parts(listOrders);

      expect(all.map(({ bytes }) => bytes > MOST_LAMBDA_ANSWERS)).toEqual(all.map(() => false));
      expect(all.flatMap(({ items }) => items.map(({ id }) => id)).sort()).toEqual(ids);
      // The first page is as long as it can be.
      expect(all[0]?.bytes).toBeGreaterThan(0.9 * MOST_LAMBDA_ANSWERS);
    },
  );
});

describe('A list of large movements', () => {
  const reason = '\u0001'.repeat(20_000);
  const entries = Array.from({ length: 60 }, (_, index) => `adjustment#p${100 + index}`);
  const openLedger = async () => {
    const shop = openShop({ products: { mug: {} } });
    for (const entry of entries) {
      await shop.records({
        referenceId: 'count',
        entry,
        productId: 'mug',
        movementType: 'adjustment',
        quantity: 1,
        stockDelta: 1,
        reservedDelta: 0,
        reason,
        createdAt: '2026-03-02T12:00:00.000Z',
      });
    }
  };

  test.each([
    ['of a cause', listMovements, { query: { referenceId: 'count' } }],
    ['of a product', listProductMovements, { path: { productId: 'mug' } }],
    [
      'of a product and a type',
      listProductMovements,
      { path: { productId: 'mug' }, query: { movementType: 'adjustment' } },
    ],
  ] as [string, HttpFunction, Parameters<typeof httpEvent>[0]][])(
    '%s comes in pages of at most 6 MB, each movement once',
    async (_, handler, request) => {
      await openLedger();

      const all = await parts(handler, request);

      expect(all.length).toBeGreaterThan(1);
      expect(all.map(({ bytes }) => bytes > MOST_LAMBDA_ANSWERS)).toEqual(all.map(() => false));
      const given = all.flatMap(({ items }) => items.map(({ entry }) => entry));
      expect(given.filter((entry) => entry !== 'adjustment#mug').sort()).toEqual(entries);
    },
  );
});
