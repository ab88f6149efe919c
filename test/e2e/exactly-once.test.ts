import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { seededRandom } from '../../lib/seeded-random.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { useSystem } from '../support/running-system.ts';
import { shuffled } from '../support/shuffled.ts';

const system = useSystem();

/** The most requests at a time that one machine can send and serve. */
const AT_ONCE = { limit: 32 };

const cancel = (orderId: string) => system().call('POST', `/orders/${orderId}/cancel`);

/** A machine with too much to do hands a call over to the queue: 202. Its caller asks again. */
const cancelUntilTold = async (orderId: string): Promise<Awaited<ReturnType<typeof cancel>>> => {
  const answer = await cancel(orderId);
  if (answer.status !== 202) return answer;
  await system().queues.untilDone();
  return cancelUntilTold(orderId);
};

const place = (id: string, basket: Readonly<Record<string, number>>) =>
  system().call('POST', '/orders', {
    id,
    items: Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity })),
  });

test('100 callers cancel one order: it is cancelled once, and all get the same answer', async () => {
  const { shop } = system();
  await shop.sells({ tea: 40, pot: 25, cup: 12 });
  await shop.hasOrders({ ada: { tea: 3, pot: 1, cup: 2 }, ben: { tea: 5, pot: 5, cup: 5 } });

  const first = await concurrently(numbered('caller', 100), () => cancel('ada'));
  const handedOver = first.filter(({ status }) => status === 202).length;
  const answers = await concurrently(first, async (answer) =>
    answer.status === 202 ? cancelUntilTold('ada') : answer,
  );

  const told = tally(answers.map(({ status, body }) => `${status} ${body.outcome}`));
  // Only a call that was handed over may have done it without telling its caller.
  const did = handedOver > 0 && told['200 cancelled'] === undefined ? 0 : 1;
  expect(told).toEqual({
    ...(did && { '200 cancelled': 1 }),
    '200 already_cancelled': 100 - did,
  });
  expect(tally(answers.map(({ body }) => JSON.stringify(body.restored)))).toEqual({
    [JSON.stringify([
      { productId: 'tea', quantity: 3 },
      { productId: 'pot', quantity: 1 },
      { productId: 'cup', quantity: 2 },
    ])]: 100,
  });
  expect(await shop.stockOf('tea')).toEqual({ stock: 40, reserved: 5, available: 35 });
  expect(await shop.stockOf('pot')).toEqual({ stock: 25, reserved: 5, available: 20 });
  expect(await shop.stockOf('cup')).toEqual({ stock: 12, reserved: 5, available: 7 });
  const movements = await shop.movementsOf({ orderId: 'ada' });
  expect(tally(movements.map(({ movementType }) => movementType))).toEqual({
    reservation: 3,
    restoration: 3,
  });
  await expectLawsHold(shop);
});

test('100 orders are each cancelled by a call and by two messages: every unit is given back once', async () => {
  const { shop, queues } = system();
  const products = numbered('product', 5);
  await shop.sells(Object.fromEntries(products.map((id) => [id, 1_000])));
  const orderIds = numbered('order', 100);
  const basketOf = (index: number) => ({
    [products[index % 5] ?? '']: 1 + (index % 3),
    [products[(index + 2) % 5] ?? '']: 1,
  });
  const placed = await concurrently(orderIds, (id, n) => place(id, basketOf(n)), AT_ONCE);
  expect(tally(placed.map(({ status }) => String(status)))).toEqual({ 201: 100 });
  const messages = shuffled([...orderIds, ...orderIds], seededRandom(8));

  const [answers] = await Promise.all([
    concurrently(orderIds, cancelUntilTold, AT_ONCE),
    queues.send(messages.map((orderId) => ({ orderId, reason: 'staff' }))),
  ]);
  await queues.untilDone();

  expect(
    answers.filter(
      ({ status, body }) => status !== 200 || !/^(already_)?cancelled$/.test(body.outcome),
    ),
  ).toEqual([]);
  for (const productId of products) {
    expect(await shop.stockOf(productId)).toEqual({ stock: 1_000, reserved: 0, available: 1_000 });
    const movements = await shop.movementsOf({ productId });
    // 40 of the 100 orders hold each product.
    expect(tally(movements.map(({ movementType }) => movementType))).toEqual({
      adjustment: 1,
      reservation: 40,
      restoration: 40,
    });
  }
  expect(await queues.deadLetters()).toEqual([]);
  await expectLawsHold(shop);
});

test('90 customers order one of 30 units each: 30 get one, and 60 are refused', async () => {
  const { shop } = system();
  await shop.sells({ grinder: 30 });

  const answers = await concurrently(
    numbered('customer', 90),
    (id) => place(id, { grinder: 1 }),
    AT_ONCE,
  );

  expect(tally(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`))).toEqual({
    '201 ': 30,
    '409 insufficient_stock': 60,
  });
  expect(await shop.stockOf('grinder')).toEqual({ stock: 30, reserved: 30, available: 0 });
  await expectLawsHold(shop);
});

test('An invalid message, an unknown order and a shipped order do not affect the other orders of their batch', async () => {
  const { shop, queues, logFile } = system();
  await shop.sells({ kettle: 40 });
  const good = numbered('kettle-order', 7);
  for (const id of [...good, 'shipped-order']) await shop.hasOrders({ [id]: { kettle: 2 } });
  await shop.tampersWith('orders', 'shipped-order', { status: 'shipped' });

  const messageIds = await queues.send([
    ...good.slice(0, 3).map((orderId) => ({ orderId })),
    '{"orderId": "kettle-order-1"',
    { orderId: 'shipped-order' },
    { orderId: 'unknown-order' },
    ...good.slice(3).map((orderId) => ({ orderId })),
  ]);
  await queues.untilDone();

  for (const id of good) expect(await shop.order(id)).toMatchObject({ status: 'cancelled' });
  expect(await shop.order('shipped-order')).toMatchObject({ status: 'shipped', version: 1 });
  // The test only wrote the status, so the order still holds its two units. Nothing may give them
  // back.
  expect(await shop.stockOf('kettle')).toEqual({ stock: 40, reserved: 2, available: 38 });
  expect(await shop.movementsOf({ productId: 'kettle' })).toHaveLength(1 + 8 + 7);

  const deadLetters = await queues.deadLetters();
  expect(deadLetters.map(({ Body }) => Body)).toEqual(['{"orderId": "kettle-order-1"']);
  // The queue function has a line for every receive: fifteen of the invalid message, three of the
  // unknown order and one more for giving it up, and one of every other message. The events that
  // followed have lines of their own.
  const log = (await readFile(logFile, 'utf8')).split('\n');
  const lines = log.filter((line) => !line.includes('"message":"event"'));
  const receives = messageIds.map(
    (id) => lines.filter((line) => line.includes(`"correlationId":"${id}"`)).length,
  );
  expect(receives).toEqual([1, 1, 1, 15, 1, 4, 1, 1, 1, 1]);
});
