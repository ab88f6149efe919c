import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Waiting } from '../../../lib/group-commit/waiting.ts';

const [MUG, CUP, POT, JUG] = [0, 1, 2, 3];

const PRODUCTS = [[MUG], [CUP, MUG], [POT], [MUG], []];

describe('Waiting parcels', () => {
  test('are counted by product until they are taken', () => {
    const waiting = new Waiting(PRODUCTS);
    expect([waiting.countOf(MUG), waiting.countOf(CUP)]).toEqual([3, 1]);

    waiting.take(1);

    expect([waiting.countOf(MUG), waiting.countOf(CUP)]).toEqual([2, 0]);
    expect([waiting.has(0), waiting.has(1), waiting.has(9)]).toEqual([true, false, false]);
  });

  test('have the lowest index that is left as the oldest, and none when all are taken', () => {
    const waiting = new Waiting(PRODUCTS);
    const order: (number | undefined)[] = [];
    for (const index of [1, 0, 3, 2, 4]) {
      order.push(waiting.oldest());
      waiting.take(index);
    }

    expect([...order, waiting.oldest()]).toEqual([0, 0, 2, 2, 4, undefined]);
    expect(new Waiting([]).oldest()).toBeUndefined();
  });

  test('can be iterated from any index while some are taken', () => {
    const waiting = new Waiting(PRODUCTS);
    const seen: number[] = [];
    for (const index of waiting.since(1)) {
      seen.push(index);
      if (index === 1) waiting.take(2);
    }

    expect(seen).toEqual([1, 3, 4]);
  });

  test('are counted and given out again after they are put back', () => {
    const waiting = new Waiting(PRODUCTS);
    waiting.take(0);
    waiting.take(1);

    waiting.putBack(1);

    expect([waiting.has(0), waiting.has(1)]).toEqual([false, true]);
    expect([waiting.countOf(MUG), waiting.countOf(CUP)]).toEqual([2, 1]);
    expect(waiting.nextOf(MUG, 9)).toEqual([1, 3]);
  });

  test('are given out for one product a few at a time, oldest first, each once', () => {
    const waiting = new Waiting(PRODUCTS);

    expect(waiting.nextOf(MUG, 2)).toEqual([0, 1]);
    expect(waiting.nextOf(MUG, 2)).toEqual([3]);
    expect(waiting.nextOf(MUG, 2)).toEqual([]);
  });

  test('are given out from the oldest again after a rewind', () => {
    const waiting = new Waiting(PRODUCTS);
    waiting.nextOf(MUG, 3);
    waiting.take(0);

    waiting.rewind([MUG]);

    expect(waiting.nextOf(MUG, 3)).toEqual([1, 3]);
  });

  test('are given out from the oldest again after one of them is removed', () => {
    const waiting = new Waiting(PRODUCTS);
    waiting.nextOf(MUG, 2);

    waiting.remove(0);

    expect(waiting.nextOf(MUG, 9)).toEqual([1, 3]);
  });

  test('are not looked at again after they are removed, in any order', () => {
    const count = 6;
    const everyOrder = fc.shuffledSubarray([...Array(count).keys()]);
    fc.assert(
      fc.property(everyOrder, (removed) => {
        const waiting = new Waiting(Array.from({ length: count }, () => [CUP, MUG]));
        for (const index of removed) waiting.remove(index);
        const lookedAt: number[] = [];
        waiting.has = (index) => {
          lookedAt.push(index);
          return true;
        };

        waiting.nextOf(MUG, count);

        expect(lookedAt).toEqual([...Array(count).keys()].filter((one) => !removed.includes(one)));
      }),
    );
  });

  test('match a plain list after any of them are taken in any order', () => {
    const someProducts = fc.array(fc.subarray([MUG, CUP, POT, JUG]), { maxLength: 40 });
    fc.assert(
      fc.property(
        someProducts.chain((products) =>
          fc.tuple(fc.constant(products), fc.shuffledSubarray([...products.keys()])),
        ),
        fc.integer({ min: 1, max: 6 }),
        ([products, taken], few) => {
          const waiting = new Waiting(products);
          for (const index of taken) {
            waiting.take(index);
            waiting.rewind(products[index] ?? []);
          }
          const left = [...products.keys()].filter((index) => !taken.includes(index));

          expect(waiting.oldest()).toBe(left[0]);
          expect([...waiting.since(0)]).toEqual(left);
          for (const product of new Set(products.flat())) {
            const expected = left.filter((index) => products[index]?.includes(product));
            expect(waiting.countOf(product)).toBe(expected.length);
            const given: number[] = [];
            for (let next = waiting.nextOf(product, few); next.length > 0; ) {
              expect(next.length).toBeLessThanOrEqual(few);
              given.push(...next);
              next = waiting.nextOf(product, few);
            }
            expect(given).toEqual(expected);
          }
        },
      ),
    );
  });
});
