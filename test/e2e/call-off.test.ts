/** A product is called off while orders come in. */
import { expect, test } from '@jest/globals';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered } from '../support/concurrently.ts';
import { useSystem } from '../support/running-system.ts';

const system = useSystem();

const post = (path: string, body?: unknown) => system().call('POST', path, body);
const get = async (path: string) => (await system().call('GET', path)).body;

const offer = (id: string) => post('/products', { id, name: `The ${id}`, stockQuantity: 1_000 });
const order = (id: string, ...products: string[]) =>
  post('/orders', { id, items: products.map((productId) => ({ productId, quantity: 2 })) });

/** Asks until the call-off has nothing left to do. */
const finished = async (location: string) => {
  for (;;) {
    const progress = await get(location);
    if (progress.pending === 0) return progress;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

test('A product that is called off ends with nothing reserved, although orders come in until it closes', async () => {
  await offer('toy');
  await offer('book');
  await concurrently(numbered('early', 30), (id) => order(id, 'toy', 'book'));

  const [calledOff, ...placed] = await Promise.all([
    post('/products/toy/call-off', { scope: 'line', reason: 'inventory' }),
    ...numbered('late', 30).map((id) => order(id, 'toy', 'book')),
  ]);

  expect(calledOff.status).toBe(202);
  const taken = placed.filter(({ status }) => status === 201).length;
  for (const { status, body } of placed)
    if (status !== 201) expect(body.code).toBe('product_closed');
  const progress = await finished(`/cancellations/${calledOff.body.batchId}`);
  expect(progress).toMatchObject({ pending: 0, rejected: [] });
  expect(await get('/products/toy')).toMatchObject({ reservedQuantity: 0, closed: true });
  expect((await get('/products/book')).reservedQuantity).toBe(2 * (30 + taken));
  expect(await get('/orders/early-1')).toMatchObject({ status: 'pending' });
  await expectLawsHold(system().shop);
});

test('A call-off of whole orders leaves what somebody has in hand', async () => {
  await offer('lamp');
  await offer('bulb');
  await order('free', 'lamp', 'bulb');
  await order('packed', 'lamp', 'bulb');
  await post('/orders/packed/lock');

  const { body } = await post('/products/lamp/call-off', { scope: 'order' });

  expect(await finished(`/cancellations/${body.batchId}`)).toEqual({
    batchId: body.batchId,
    total: 2,
    cancelled: 1,
    pending: 0,
    rejected: [{ orderId: 'packed', code: 'order_locked' }],
  });
  expect((await get('/orders/free')).status).toBe('cancelled');
  expect((await get('/products/bulb')).reservedQuantity).toBe(2);
  expect(await post('/products/nothing/call-off', { scope: 'line' })).toMatchObject({
    status: 404,
    body: { code: 'product_not_found' },
  });
});

test('A loss of reserved goods takes so many units of the newest orders, as it was said before, and once', async () => {
  await post('/products', { id: 'tea', name: 'Tea', stockQuantity: 6 });
  for (const id of ['first', 'second', 'third']) await order(id, 'tea');
  const loss = { scope: 'line', upTo: 3, restock: false, reason: 'inventory', note: 'got wet' };
  const keyed = (body: unknown) =>
    system().call('POST', '/products/tea/call-off', body, { 'idempotency-key': 'wet-1' });

  expect(await keyed({ ...loss, dryRun: true })).toMatchObject({
    status: 200,
    body: {
      complete: true,
      results: [
        { orderId: 'third', outcome: 'cancelled' },
        { orderId: 'second', outcome: 'cancelled' },
      ],
      restored: [],
    },
  });
  expect(await get('/products/tea')).toMatchObject({ stockQuantity: 6, reservedQuantity: 6 });

  const [one, other] = await Promise.all([keyed(loss), keyed(loss)]);

  expect(one).toMatchObject({ status: 202 });
  expect(other.body.batchId).toBe(one.body.batchId);
  expect(await finished(`/cancellations/${one.body.batchId}`)).toMatchObject({
    pending: 0,
    upTo: 3,
    takenQuantity: 3,
  });
  // The product stays open, and the oldest order keeps what it holds.
  expect(await get('/products/tea')).not.toHaveProperty('closed');
  expect(await get('/products/tea')).toMatchObject({ stockQuantity: 3, reservedQuantity: 3 });
  expect((await get('/orders/second')).items).toMatchObject([{ reservedQuantity: 1 }]);
  expect((await get('/orders/first')).items).toMatchObject([{ reservedQuantity: 2 }]);
  expect(await keyed({ ...loss, upTo: 4 })).toMatchObject({
    status: 409,
    body: { code: 'reference_reused' },
  });
  expect(await post('/products/tea/call-off', loss)).toMatchObject({
    status: 400,
    body: { code: 'idempotency_key_required' },
  });
  await expectLawsHold(system().shop);
});
