/**
 * A function that is killed around its one transaction. Its caller does not know what became of it,
 * and asks again.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { systemRuntime } from '../../lib/runtime.ts';
import { adjustProducts } from '../../lib/use-cases/adjust-products.ts';
import { amendOrder } from '../../lib/use-cases/amend-order.ts';
import { cancelOrder } from '../../lib/use-cases/cancel-orders.ts';
import { countStock } from '../../lib/use-cases/count-stock.ts';
import { lockOrder, unlockOrder } from '../../lib/use-cases/lock-order.ts';
import { returnLines, shipLines } from '../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Ports, Store } from '../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../lib/use-cases/reinstate-order.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { updateProduct } from '../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../support/audit.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onAnyEngine } from '../support/engines.ts';
import { timeFor } from '../support/time.ts';

type Act = (id: string, ports: Ports) => Promise<unknown>;

const some = (id: string, quantity = 1) => ({
  items: [{ productId: id, quantity }],
  idempotencyKey: 'k1',
});

const confirm: Act = (id, ports) => transitionOrder(id, 'confirmed', ports);
const cancel: Act = (id, ports) => cancelOrder({ orderId: id }, ports);
const wait: Act = (id, ports) => cancelOrder({ orderId: id, graceSeconds: 600 }, ports);
const lock: Act = (id, ports) => lockOrder(id, 'packing', ports);
const ship: Act = (id, ports) => shipLines(id, some(id, 2), ports);
const reinstate: Act = (id, ports) => reinstateOrder(id, {}, ports);

/** What is done to an order of five units of a product with the same id, and what comes before. */
const DEEDS: readonly (readonly [deed: string, before: readonly Act[], act: Act])[] = [
  ['cancelling with a grace', [], wait],
  ['cancelling a part', [], (id, ports) => cancelOrder({ orderId: id, ...some(id) }, ports)],
  ['reinstating in the grace', [wait], reinstate],
  ['reinstating after a cancellation', [cancel], reinstate],
  ['locking', [], lock],
  ['unlocking', [lock], unlockOrder],
  ['changing the metadata', [], (id, ports) => amendOrder(id, { metadata: { a: 'b' } }, ports)],
  ['shipping a part', [confirm], ship],
  ['returning', [confirm, ship], (id, ports) => returnLines(id, some(id), ports)],
  [
    'counting the stock',
    [],
    (id, ports) => countStock({ productId: id, stockQuantity: 7, referenceId: 'count' }, ports),
  ],
  [
    'adjusting many products',
    [],
    (id, ports) => adjustProducts([{ productId: id, quantity: 3, referenceId: 'more' }], ports),
  ],
  ['closing a product', [], (id, ports) => updateProduct({ productId: id, closed: true }, ports)],
];

/** Dies when it first commits. Whether the commit took effect is what nobody knows. */
const killed = (store: Store, when: 'before' | 'after'): Store => ({
  ...store,
  commit: async (...args) => {
    if (when === 'after') await store.commit(...args);
    throw new Error('killed');
  },
});

/** What there is in the end, without times and names of writes. */
const stateOf = async (shop: EngineShop, id: string) => {
  const { status, items, version, round, lock: held, metadata } = await shop.order(id);
  const { closed } = await shop.product(id);
  const movements = await shop.movementsOf({ productId: id });
  return JSON.parse(
    JSON.stringify({
      order: { status, items, version, round, isHeld: held !== undefined, metadata },
      product: { ...(await shop.stockOf(id)), closed },
      movements: movements
        .map(({ referenceId, quantity, stockDelta, reservedDelta }) =>
          [referenceId, quantity, stockDelta, reservedDelta].join(' '),
        )
        .sort(),
    }).replaceAll(id, 'it'),
  );
};

onAnyEngine('A function that is killed', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => {
    shop = await engine.openShop();
  });

  const ports = (store: Store = shop.store): Ports => ({
    store,
    runtime: systemRuntime,
    remaining: timeFor(60_000),
  });

  const prepare = async (id: string, before: readonly Act[]): Promise<void> => {
    await shop.sells({ [id]: 10 });
    await placeOrder({ id, items: [{ productId: id, quantity: 5 }] }, ports());
    for (const act of before) await act(id, ports());
  };

  test.each(DEEDS)(
    '%s has the same effect, once, when its caller asks again',
    async (deed, before, act) => {
      const name = deed.replaceAll(' ', '-');
      await prepare(name, before);
      await act(name, ports());
      const expected = await stateOf(shop, name);

      for (const when of ['before', 'after'] as const) {
        const id = `${when}-${name}`;
        await prepare(id, before);
        const untouched = await stateOf(shop, id);
        await act(id, ports(killed(shop.store, when))).catch(() => undefined);
        expect(await stateOf(shop, id)).toEqual(when === 'before' ? untouched : expected);

        await act(id, ports());

        expect(await stateOf(shop, id)).toEqual(expected);
        expect(untouched).not.toEqual(expected);
      }
      await expectLawsHold(shop);
    },
  );
});
