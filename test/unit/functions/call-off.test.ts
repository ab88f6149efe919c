/** Calling a product off, from the call through the queue to its progress. */
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder } from '../../support/builders.ts';
import { always, isTransaction, refusedWith } from '../../support/faults.ts';
import { httpEvent, lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue, log } = functionTests();
const { handler: callOff } = await import('../../../functions/call-off-product.ts');
const { handler: getBatch } = await import('../../../functions/get-batch.ts');
const { handler: cancelOrders } = await import('../../../functions/cancel-orders.ts');

const aShop = () =>
  openShop({
    orders: [
      anOrder('o1', { mug: 2, cup: 1 }),
      anOrder('o2', { mug: 3 }),
      anOrder('o3', { cup: 1 }),
    ],
  });

const mug = { path: { productId: 'mug' } };
const asks = (json: object) => call(callOff, httpEvent({ ...mug, json }));

/** The ids of the messages that come back. */
const receives = async (...bodies: unknown[]) =>
  (
    await cancelOrders(sqsEvent(...bodies), lambdaContext({ remaining: 60_000 }))
  ).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

/** The queues that were sent to. */
const sentTo = () =>
  queue.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input.QueueUrl);

describe('POST /products/{productId}/call-off', () => {
  test('is carried out by the queue, and its progress can be read', async () => {
    const shop = aShop();

    const answer = await asks({ scope: 'line', reason: 'inventory' });
    const { batchId } = answer.body;
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/cancellations/${batchId}` },
      body: { accepted: 2 },
    });
    expect(queue.messages()).toEqual([{ body: { callOff: batchId } }]);
    const progress = httpEvent({ path: { batchId } });
    expect((await call(getBatch, progress)).body).toMatchObject({ total: 2, pending: 2 });

    expect(await receives({ callOff: batchId })).toEqual([]);

    expect(await call(getBatch, progress)).toMatchObject({
      status: 200,
      body: { batchId, total: 2, cancelled: 2, pending: 0, rejected: [] },
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    expect((await shop.product('cup')).reservedQuantity).toBe(2);
    expect(log().messages()).toMatchObject([
      { message: 'write', operation: 'callOffProduct', orders: 2 },
      { message: 'cancellation', orderId: expect.any(String), outcome: 'cancelled' },
      { message: 'cancellation', orderId: expect.any(String), outcome: 'cancelled' },
      { message: 'call-off', batchId, outcome: 'done', left: 0, actor: 'queue' },
    ]);
    await expectLawsHold(shop);
  });

  test('of lost goods goes to the queue of write-offs', async () => {
    aShop();

    await asks({ scope: 'order', restock: false });
    await asks({ scope: 'order', restock: true });

    expect(sentTo()).toEqual([
      expect.stringContaining('write-offs'),
      expect.not.stringContaining('write-offs'),
    ]);
  });

  test('is 404 for an unknown product', async () => {
    openShop();

    expect(await asks({ scope: 'line' })).toMatchObject({
      status: 404,
      body: { code: 'product_not_found' },
    });
    expect(queue.messages()).toEqual([]);
  });

  test.each([
    {},
    { scope: 'all' },
    { scope: 'line', dryRun: 'yes' },
    { scope: 'line', upTo: 0 },
    { scope: 'order', upTo: 3 },
  ])('is 400 with %j', async (json) => {
    const shop = aShop();

    expect(await asks(json)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(await shop.product('mug')).not.toHaveProperty('closed');
  });

  test('up to so many units takes effect once for each key, of the newest orders', async () => {
    const shop = aShop();
    const keyed = (json: object) =>
      call(callOff, httpEvent({ ...mug, json, headers: { 'idempotency-key': '"loss-1"' } }));
    const loss = { scope: 'line', upTo: 4, restock: false, reason: 'inventory' };
    expect(await asks(loss)).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    });

    const { status, body } = await keyed(loss);
    const again = await keyed({ ...loss, note: 'once more' });

    expect(status).toBe(202);
    expect(again.body).toEqual(body);
    expect(await keyed({ ...loss, upTo: 5 })).toMatchObject({
      status: 409,
      body: { code: 'reference_reused' },
    });
    expect(await receives(...queue.messages().map((message) => message.body))).toEqual([]);
    expect((await shop.product('mug')).reservedQuantity).toBe(1);
    const progress = httpEvent({ path: { batchId: body.batchId } });
    expect((await call(getBatch, progress)).body).toEqual({
      batchId: body.batchId,
      total: 2,
      cancelled: 2,
      pending: 0,
      rejected: [],
      upTo: 4,
      takenQuantity: 4,
    });
    await expectLawsHold(shop);
  });

  test('is 503 when no time is left, and sends nothing', async () => {
    aShop();
    const event = httpEvent({ ...mug, json: { scope: 'line' } });

    expect(await call(callOff, event, lambdaContext({ remaining: 100 }))).toMatchObject({
      status: 503,
      body: { code: 'try_again' },
    });
    expect(queue.messages()).toEqual([]);
  });
});

describe('A message of a call-off', () => {
  test('waits for the others of its batch, and costs none of them its turn when it fails', async () => {
    const shop = aShop();
    const { body } = await asks({ scope: 'line' });
    await shop.tampersWith('products', 'mug', { reservedQuantity: 'x' });

    const failed = await receives({ callOff: body.batchId }, { orderId: 'o3' }, 'no JSON');

    expect(failed.sort()).toEqual(['m1', 'm3']);
    expect((await shop.order('o3')).status).toBe('cancelled');
    expect(queue.returned()).toMatchObject({ r1: expect.any(Number), r3: 0 });
    expect(queue.returned().r1).toBeGreaterThan(0);
    expect(log().messages()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: 'call-off failed' }),
    );
  });

  test('comes back with all of its copies when its orders could not be cancelled', async () => {
    const shop = aShop();
    const { body } = await asks({ scope: 'line' });
    wire().use(always(isTransaction, refusedWith('AccessDenied', 400)));
    const message = { callOff: body.batchId };

    expect(await receives(message, message)).toEqual(['m1', 'm2']);
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
  });

  test('of a call-off that nothing remembers is done, with a warning', async () => {
    openShop();

    expect(await receives({ callOff: 'b1' })).toEqual([]);
    expect(log().messages()).toMatchObject([
      { level: 'WARN', message: 'call-off was not carried out', outcome: 'unknown' },
    ]);
  });
});
