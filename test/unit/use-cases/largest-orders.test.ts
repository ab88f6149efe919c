/** Orders whose rows have hardly any room left: whatever is done to them fits, or is refused. */
import { describe, expect, test } from '@jest/globals';
import { planProduct } from '../../../lib/audit/repair/plan-product.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { hasRoom, isFull } from '../../../lib/domain/order-size.ts';
import { references } from '../../../lib/domain/references.ts';
import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { amendOrder } from '../../../lib/use-cases/amend-order.ts';
import { lockOrder, unlockOrder } from '../../../lib/use-cases/lock-order.ts';
import { returnLines, shipLines } from '../../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { aLine, anOrder, aProduct, NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** As long as an id or a key can be. */
const longest = (n: number): string => String(n).padStart(64, 'x');

const ID = longest(0);
const BY = {
  actor: `iam:${'x'.repeat(2_048)}`,
  actorStated: 'x'.repeat(255),
  correlationId: 'x'.repeat(128),
};
const NOTE = '語'.repeat(1_000);
const METADATA = { note: 'x'.repeat(2_036) };

/** Lines that still hold their units, so that the whole order moves in one transaction. */
const HELD = 40;

/** An order of many lines, all but a few of which were cancelled in part. */
const anOrderOf = (lines: number, quantity: number, differences: Partial<Order> = {}): Order =>
  anOrder(
    ID,
    Array.from({ length: lines }, (_, n) =>
      n < HELD
        ? aLine(longest(n), quantity)
        : aLine(longest(n), quantity, { reservedQuantity: 0, cancelledQuantity: quantity }),
    ),
    {
      cancelledByPart: Array.from({ length: lines }, (_, n) => (n < HELD ? 0 : quantity)),
      ...differences,
    },
  );

const ORDERS = {
  'placed here': anOrderOf(1_000, MAX_QUANTITY - 1),
  'imported, with some units of each line': anOrderOf(2_000, 7, { importedAt: NOW }),
};

/** Enough to reserve everything once more. */
const products = Object.fromEntries(
  Array.from({ length: HELD }, (_, n) => [longest(n), { stock: 2 * MAX_QUANTITY }]),
);

/** The order after as many parts as it has room for, but for so many. */
const filled = (order: Order, spare: number): Order => {
  const movementReferences = [...order.movementReferences];
  const keyUses: NonNullable<Order['keyUses']>[number][] = [];
  while (!isFull({ ...order, movementReferences, keyUses })) {
    keyUses.push({ cause: movementReferences.length, asked: 'x'.repeat(16) });
    const key = longest(movementReferences.length);
    movementReferences.push(references.partialCancellation({ id: ID, round: 1 }, key));
  }
  const end = keyUses.length - spare;
  return {
    ...order,
    movementReferences: movementReferences.slice(0, end + 1),
    keyUses: keyUses.slice(0, end),
    metadata: METADATA,
  };
};

type Status = 'pending' | 'confirmed' | 'shipped' | 'cancelled';

/** The order, of which everything that it held was shipped or cancelled. */
const inStatus = (order: Order, status: Status): Order => {
  const counter = { shipped: 'shippedQuantity', cancelled: 'cancelledQuantity' } as const;
  if (status === 'pending' || status === 'confirmed') return { ...order, status };
  return {
    ...order,
    status,
    items: order.items.map((line) => ({
      ...line,
      reservedQuantity: 0,
      [counter[status]]: line[counter[status]] + line.reservedQuantity,
    })),
    ...(status === 'cancelled' && {
      cancelledAt: NOW,
      cancelledFrom: 'confirmed',
      cancellationNote: NOTE,
      restoredQuantities: order.items.map(({ reservedQuantity }) => reservedQuantity),
    }),
  };
};

const HOUR_LATER = '2026-03-02T13:00:00.000Z';
const portsOf = (shop: FakeShop, now = NOW): Ports =>
  shop.ports({ by: BY, runtime: unitRuntime({ now: () => new Date(now) }) });

const units = { items: [{ productId: longest(1), quantity: 1 }], idempotencyKey: longest(9_999) };

describe.each(Object.entries(ORDERS))('The largest order, %s,', (_, order) => {
  const full = filled(order, 0);
  const almost = filled(order, 1);
  const shopWith = (base: Order, status: Status = 'pending') =>
    openShop({ orders: [inStatus(base, status)], products });

  test('still has room for its end when it has room for no part', () => {
    expect([isFull(full), isFull(almost), hasRoom(full)]).toEqual([true, false, true]);
  });

  test('can be locked, amended, and cancelled with a grace, and releases its units afterwards', async () => {
    const shop = shopWith(full);
    const ports = portsOf(shop);

    expect((await lockOrder(ID, '語'.repeat(255), ports)).outcome).toBe('done');
    const amendment = { metadata: { ...METADATA, a: 'b' }, expiresAt: HOUR_LATER };
    expect((await amendOrder(ID, amendment, ports)).outcome).toBe('done');
    await unlockOrder(ID, ports);
    const request = { reason: 'x'.repeat(40), note: NOTE, graceSeconds: 60, by: BY };
    expect((await shop.cancels(ID, { ...ports, ...request })).outcome).toBe('cancelled');
    await sweepOrders(portsOf(shop, HOUR_LATER));

    const { items, restoredQuantities } = await shop.order(ID);
    expect(items.some(({ reservedQuantity }) => reservedQuantity > 0)).toBe(false);
    expect(restoredQuantities).toHaveLength(items.length);
  });

  test('expires', async () => {
    const shop = shopWith({ ...full, expiresAt: NOW });

    await sweepOrders(portsOf(shop, HOUR_LATER));

    expect(await shop.order(ID)).toMatchObject({ status: 'cancelled' });
  });

  test('ships as a whole', async () => {
    const shop = shopWith(full, 'confirmed');

    expect((await transitionOrder(ID, 'shipped', portsOf(shop))).outcome).toBe('moved');
  });

  test.each<[string, Status, (ports: Ports) => Promise<unknown>, unknown]>([
    [
      'cancelled in part',
      'pending',
      (ports) => cancelLines({ orderId: ID, note: NOTE, ...units }, ports),
      { outcome: 'not_cancellable', why: 'too_many_parts' },
    ],
    [
      'shipped in part',
      'confirmed',
      (ports) => shipLines(ID, units, ports),
      { outcome: 'rejected', why: 'invalid_transition' },
    ],
    [
      'taken back',
      'shipped',
      (ports) => returnLines(ID, { ...units, restock: false }, ports),
      { outcome: 'rejected', why: 'too_many_parts' },
    ],
  ])(
    'is %s once more, and then no more, but it comes to its end',
    async (_, status, act, refusal) => {
      const shop = shopWith(almost, status);
      expect(await act(portsOf(shop))).toMatchObject({
        outcome: expect.stringMatching(/^(?:cancelled|done)$/),
      });
      const rest = await shop.order(ID);
      expect(isFull(rest)).toBe(true);

      expect(await act(portsOf(shop))).toMatchObject({
        outcome: expect.stringMatching(/^(?:already_cancelled|done)$/),
      });
      if (status === 'pending') expect((await shop.cancels(ID)).outcome).toBe('cancelled');
      if (status === 'confirmed') {
        expect((await transitionOrder(ID, 'shipped', portsOf(shop))).outcome).toBe('moved');
      }
      expect(await act(portsOf(shopWith(full, status)))).toMatchObject(refusal as object);
    },
  );

  test('is reinstated once more, cancelled, and then reinstated no more', async () => {
    const shop = shopWith(almost, 'cancelled');

    expect(await reinstateOrder(ID, {}, portsOf(shop))).toMatchObject({ outcome: 'reinstated' });
    expect((await shop.cancels(ID, { note: NOTE })).outcome).toBe('cancelled');
    expect((await reinstateOrder(ID, {}, portsOf(shop))).outcome).toBe('too_many_parts');
    expect((await shop.order(ID)).status).toBe('cancelled');
  });

  test('waits for a person if a repair would add causes for which there is no room', () => {
    const movementReferences = [...full.movementReferences];
    while (hasRoom({ ...full, movementReferences })) movementReferences.push(longest(0));
    const brimful = { ...full, movementReferences: movementReferences.slice(0, -1) };
    const planOf = (found: Order) => {
      const { importedAt: _, ...shipped } = inStatus(found, 'shipped');
      const productId = longest(1);
      const product = aProduct(productId, { stock: 0, movements: 0 });
      const read = { productId, product, movements: [], orders: new Map([[ID, shipped]]) };
      return planProduct(read, { at: NOW, key: 'k' })?.map(({ type }) => type);
    };

    expect(planOf(almost)).toContain('update-order');
    expect(planOf(brimful)).toBeUndefined();
  });
});

test('As many lines as an order can have are placed, with the longest ids and metadata', async () => {
  const items = ORDERS['placed here'].items.map(({ productId }) => ({ productId, quantity: 1 }));
  const shop = openShop({
    products: Object.fromEntries(items.map(({ productId }) => [productId, { stock: 1 }])),
  });

  const request = { id: ID, items, metadata: METADATA, by: BY, expiresAt: HOUR_LATER };
  expect((await placeOrder(request, portsOf(shop))).outcome).toBe('placed');
});
