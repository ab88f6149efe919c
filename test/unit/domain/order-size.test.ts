/** How far an order may grow: what callers are told of, and what its row has room for. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { hasRoom, isFull, mostBytesOf } from '../../../lib/domain/order-size.ts';
import { references } from '../../../lib/domain/references.ts';
import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { aLine, anOrder, manyCauses } from '../../support/builders.ts';

const longest = (n: number): string => String(n).padStart(64, 'x');

/** Everything is as long as callers can make it. */
const aLongOrder = (lines: number, parts: number, quantity = MAX_QUANTITY - 1): Order => {
  const id = longest(0);
  return anOrder(
    id,
    Array.from({ length: lines }, (_, n) => aLine(longest(n), quantity)),
    {
      movementReferences: [
        `order_${id}`,
        ...Array.from({ length: parts }, (_, n) =>
          references.partialCancellation({ id, round: 500 }, longest(n)),
        ),
      ],
      keyUses: Array.from({ length: parts }, (_, n) => ({ cause: n + 1, asked: 'x'.repeat(16) })),
    },
  );
};

describe('An order that was placed here', () => {
  test('takes 999 parts, however many lines it has and however long its ids are', () => {
    expect(isFull(aLongOrder(1_000, 998))).toBe(false);
    expect(isFull(aLongOrder(1_000, 999))).toBe(true);
  });

  test('takes no more if it is small', () => {
    const causes = (count: number) => ({ movementReferences: manyCauses('o1', count) });

    expect(isFull(anOrder('o1', { mug: 1 }, causes(999)))).toBe(false);
    expect(isFull(anOrder('o1', { mug: 1 }, causes(1_000)))).toBe(true);
  });

  test('takes fewer if products were gone, because their ids are stored', () => {
    const order = aLongOrder(1, 990);
    const gone = Array.from({ length: 9 }, (_, n) => longest(n));
    const withGone = (count: number): Order => ({
      ...order,
      keyUses: [{ cause: 1, asked: 'x'.repeat(16), gone: gone.slice(0, count) }],
    });

    expect([isFull(withGone(8)), isFull(withGone(9))]).toEqual([false, true]);
  });
});

describe('An order of 2,000 lines', () => {
  const full = aLongOrder(2_000, 244, 99);

  test('takes as many parts as it has room for, each with 49 products that are gone', () => {
    expect([isFull(aLongOrder(2_000, 243, 99)), isFull(full)]).toEqual([false, true]);
  });

  test('has room for its end, even if for nothing else', () => {
    const left = 400 * 1_024 - mostBytesOf(full);

    expect(hasRoom(full, left - 512)).toBe(true);
    expect(hasRoom(full, left - 511)).toBe(false);
  });
});
