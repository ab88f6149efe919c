import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entryOf, MOVEMENT_TYPES, type StockMovement } from '../../../lib/domain/stock-movement.ts';
import type { MovementPosition } from '../../../lib/use-cases/ports.ts';
import { aMovement } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';

const at = (minute: number): string => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

const mugMovement = (cause: string, minute: number, differences: Partial<StockMovement> = {}) =>
  aMovement({ referenceId: cause, createdAt: at(minute), ...differences });

/** Reads a list to its end, page by page. */
const pages = async <Position>(
  read: (
    after: Position | undefined,
  ) => Promise<{ items: readonly StockMovement[]; next?: Position }>,
) => {
  const all: (readonly StockMovement[])[] = [];
  let after: Position | undefined;
  do {
    const { items, next } = await read(after);
    all.push(items);
    // A position travels as JSON in a cursor.
    after = next === undefined ? undefined : JSON.parse(JSON.stringify(next));
  } while (after !== undefined);
  return all;
};

describe('Listing the movements of causes', () => {
  const shopWithCauses = async (): Promise<FakeShop> => {
    const shop = openShop();
    for (const cause of ['order_o1', 'order_o1_cancellation', 'order_o2']) {
      for (const productId of ['cup', 'mug', 'pot']) {
        const movementType = cause.endsWith('cancellation') ? 'restoration' : 'reservation';
        const entry = entryOf(movementType, productId);
        await shop.records(aMovement({ referenceId: cause, productId, movementType, entry }));
      }
    }
    return shop;
  };
  const CAUSES = ['order_o1', 'order_o1_cancellation'];
  const names = (items: readonly StockMovement[]) =>
    items.map(({ referenceId, productId }) => `${referenceId} ${productId}`);
  const EVERYTHING = CAUSES.flatMap((cause) => [`${cause} cup`, `${cause} mug`, `${cause} pot`]);

  test('returns the movements of these causes only, cause by cause', async () => {
    const { store } = await shopWithCauses();

    const { items, next } = await store.movementsOfReferences(CAUSES, {
      limit: 100,
      remaining: () => 1_000,
    });

    expect(names(items)).toEqual(EVERYTHING);
    expect(next).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('returns pages of %i without a gap', async (limit) => {
    const { store } = await shopWithCauses();

    const all = await pages((after: MovementPosition | undefined) =>
      store.movementsOfReferences(CAUSES, { limit, after, remaining: () => 1_000 }),
    );

    expect(names(all.flat())).toEqual(EVERYTHING);
    expect(all.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    expect(all).toHaveLength(Math.ceil(6 / limit));
  });

  test('returns all movements although DynamoDB returns only 2 at a time', async () => {
    const shop = await shopWithCauses();
    shop.db.limits.page = 2;

    const { items } = await shop.store.movementsOfReferences(CAUSES, {
      limit: 100,
      remaining: () => 1_000,
    });

    expect(names(items)).toEqual(EVERYTHING);
  });

  test('can be limited to one movement type', async () => {
    const { store } = await shopWithCauses();

    const { items } = await store.movementsOfReferences(CAUSES, {
      limit: 100,
      movementType: 'restoration',
      remaining: () => 1_000,
    });

    expect(items.map(({ referenceId }) => referenceId)).toEqual(
      Array.from({ length: 3 }, () => 'order_o1_cancellation'),
    );
  });

  test('continues after the last page although a cause was added since', async () => {
    const { store } = await shopWithCauses();
    const { next } = await store.movementsOfReferences(['order_o1'], {
      limit: 2,
      remaining: () => 1_000,
    });

    const { items } = await store.movementsOfReferences(CAUSES, {
      limit: 100,
      after: next,
      remaining: () => 1_000,
    });

    expect(names(items)).toEqual(EVERYTHING.slice(2));
  });

  test('returns nothing for no causes, or after a cause that is not in the list', async () => {
    const { store } = await shopWithCauses();

    expect(await store.movementsOfReferences([], { limit: 5, remaining: () => 1_000 })).toEqual({
      items: [],
    });
    expect(
      await store.movementsOfReferences(CAUSES, {
        limit: 5,
        after: { referenceId: 'order_o2', entry: 'reservation#cup' },
        remaining: () => 1_000,
      }),
    ).toEqual({ items: [] });
  });
});

describe('Listing the movements of a product', () => {
  const shopWith = async (movements: readonly StockMovement[]): Promise<FakeShop> => {
    const shop = openShop();
    for (const movement of movements) await shop.records(movement);
    return shop;
  };
  const causes = (items: readonly StockMovement[]) => items.map(({ referenceId }) => referenceId);
  type Position = NonNullable<Awaited<ReturnType<FakeShop['store']['movementsOfProduct']>>['next']>;

  test('returns the movements of this product only, newest first from all shards', async () => {
    const twenty = Array.from({ length: 20 }, (_, index) => mugMovement(`c${index}`, index));
    const shop = await shopWith([
      ...twenty,
      mugMovement('other', 30, { productId: 'cup', entry: 'adjustment#cup' }),
    ]);

    const { items, next } = await shop.store.movementsOfProduct('mug', {
      limit: 100,
      remaining: () => 1_000,
    });

    expect(items).toEqual([...twenty].reverse());
    expect(next).toBeUndefined();
  });

  test('can be limited to one movement type, in full pages', async () => {
    const shop = await shopWith(
      MOVEMENT_TYPES.flatMap((movementType) =>
        Array.from({ length: 12 }, (_, index) =>
          mugMovement(`${movementType}${index}`, index, {
            movementType,
            entry: entryOf(movementType, 'mug'),
          }),
        ),
      ),
    );

    const all = await pages((after: Position | undefined) =>
      shop.store.movementsOfProduct('mug', {
        limit: 5,
        movementType: 'reservation',
        after,
        remaining: () => 1_000,
      }),
    );

    expect(all.map(({ length }) => length)).toEqual([5, 5, 2]);
    expect(new Set(causes(all.flat())).size).toBe(12);
    expect(new Set(all.flat().map(({ movementType }) => movementType))).toEqual(
      new Set(['reservation']),
    );
  });

  test('returns each movement once, newest first, in full pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Few minutes, so that many movements share a moment.
        fc.array(fc.nat(5), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 10 }),
        async (minutes, limit, breakOff) => {
          const shop = await shopWith(
            minutes.map((minute, index) => mugMovement(`cause${index}`, minute)),
          );
          shop.db.limits.page = breakOff;

          const all = await pages((after: Position | undefined) =>
            shop.store.movementsOfProduct('mug', { limit, after, remaining: () => 1_000 }),
          );

          const items = all.flat();
          expect(causes(items).sort()).toEqual(minutes.map((_, index) => `cause${index}`).sort());
          expect(items.map(({ createdAt }) => createdAt)).toEqual(minutes.map(at).sort().reverse());
          expect(all.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('does not repeat or skip any when 20 movements are made between two pages', async () => {
    const ten = Array.from({ length: 10 }, (_, index) => mugMovement(`c${index}`, index));
    const shop = await shopWith(ten);
    const first = await shop.store.movementsOfProduct('mug', { limit: 4, remaining: () => 1_000 });
    for (let index = 0; index < 20; index += 1) await shop.records(mugMovement(`late${index}`, 40));

    const second = await shop.store.movementsOfProduct('mug', {
      limit: 100,
      after: first.next,
      remaining: () => 1_000,
    });

    expect([...causes(first.items), ...causes(second.items)]).toEqual(causes(ten).reverse());
  });

  test('finds all movements when the number of shards grows between two pages', async () => {
    const ten = Array.from({ length: 10 }, (_, index) => mugMovement(`c${index}`, index));
    const small = openShop({ tables: { productMovementShards: 2 } });
    for (const movement of ten) await small.records(movement);
    const first = await small.store.movementsOfProduct('mug', { limit: 4, remaining: () => 1_000 });

    const grown = openShop({ tables: { productMovementShards: 6 }, db: small.db });
    await grown.records(mugMovement('between', 2));
    const second = await grown.store.movementsOfProduct('mug', {
      limit: 100,
      after: first.next,
      remaining: () => 1_000,
    });

    expect(causes(second.items)).toEqual(
      expect.arrayContaining(['c5', 'c4', 'c3', 'c2', 'between', 'c1', 'c0']),
    );
    expect(second.items).toHaveLength(7);
  });
});
