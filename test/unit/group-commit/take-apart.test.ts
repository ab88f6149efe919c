import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import { takeApart } from '../../../lib/group-commit/take-apart.ts';
import { aLine, aMovement, anOrder } from '../../support/builders.ts';

const mugs: Change = { type: 'require-no-product', productId: 'mug' };
const turn: Change = { type: 'write-turn', turn: { id: 'writing' }, seen: undefined };

const group = [
  { order: anOrder('o1', { mug: 1 }) },
  { order: anOrder('o2', { cup: 1 }) },
  { order: anOrder('o3', { mug: 1, cup: 1 }) },
  { order: anOrder('o4', [{ ...aLine('mug', 1), reservedQuantity: 0, shippedQuantity: 1 }]) },
  { order: anOrder('o5', { cup: 1 }) },
];

/** How these items divide the group, by the ids of the orders. */
const divided = (items: readonly Change[], { halve = false } = {}, orders = group) => {
  const { rest, apart } = takeApart(orders, items, { halve });
  const ids = (some: typeof rest) => some.map(({ order }) => order.id).join(' ');
  return `${ids(rest)} / ${ids(apart)}`;
};

describe('A group that cannot go on is taken apart', () => {
  test('at a product: the orders that hold units of it wait', () => {
    expect(divided([mugs])).toBe('o2 o4 o5 / o1 o3');
  });

  test('at an order and at a movement: these orders wait', () => {
    const movement = aMovement({ orderId: 'o5' });
    const order = anOrder('o2', { cup: 1 });

    expect(
      divided([
        { type: 'update-order', order },
        { type: 'record-movement', movement },
      ]),
    ).toBe('o1 o3 o4 / o2 o5');
  });

  test('by its items even when it should be halved, if some orders can go on without the others', () => {
    expect(divided([mugs], { halve: true })).toBe('o2 o4 o5 / o1 o3');
  });

  test.each([
    ['all orders need the item', [mugs], group.filter((_, index) => index === 0 || index === 2)],
    ['no order needs the item', [mugs], group.filter((_, index) => index === 1 || index === 4)],
    ['the item is of no order', [turn], group.slice(0, 2)],
    ['nobody knows the item', [], group.slice(0, 2)],
  ])('only into halves when %s', (_, items, orders) => {
    const [first, second] = orders.map(({ order }) => order.id);

    expect(divided(items, { halve: false }, orders)).toBe(` / ${first} ${second}`);
    expect(divided(items, { halve: true }, orders)).toBe(`${first} / ${second}`);
  });
});
