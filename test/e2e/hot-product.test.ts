import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chooseEngine, type Engine, startEngine } from '../../local/dynamodb-engine.ts';
import { localSqsClient } from '../../local/queue-server.ts';
import { type System, startSystem } from '../../local/system.ts';
import { waitUntil } from '../../local/wait.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { type EngineShop, enterShop } from '../support/engine-shop.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { always, cancelledWhere, isTransaction } from '../support/faults.ts';
import { type HttpCall, httpCaller } from '../support/http.ts';
import { createTestQueues, type TestQueues } from '../support/test-queues.ts';

/** The whole system, with a proxy that can make conflicts before its database. */
let engine: Engine;
let proxy: FaultProxy;
let system: System;
let shop: EngineShop;
let call: HttpCall;
let queues: TestQueues;
const sqsClients: { destroy(): void }[] = [];

beforeAll(async () => {
  process.env.PENDING_ORDER_TTL_MINUTES = '30';
  engine = await startEngine(await chooseEngine());
  proxy = await startFaultProxy(engine.endpoint);
  system = await startSystem({ dynamodbEndpoint: proxy.endpoint });
  shop = enterShop({ endpoint: engine.endpoint, environment: system.environment });
  call = httpCaller(system.baseUrl);
  const sqs = localSqsClient(system.sqsEndpoint);
  sqsClients.push(sqs);
  queues = createTestQueues(sqs, system.queueUrls);
});

afterAll(async () => {
  shop?.close();
  for (const sqs of sqsClients) sqs.destroy();
  await system?.stop();
  await proxy?.stop();
  await engine?.stop();
});

test('A cancellation that meets conflicts all the time is answered with 202, and the queue finishes it', async () => {
  await shop.sells({ hot: 10 });
  await shop.hasOrders({ ada: { hot: 3 } });
  proxy.use(always(isTransaction, cancelledWhere('TransactionConflict')));

  const answer = await call('POST', '/orders/ada/cancel', { reason: 'customer', restock: false });

  expect(answer).toMatchObject({ status: 202, body: { outcome: 'accepted', orderId: 'ada' } });
  expect(answer.headers.get('location')).toBe('/orders/ada');
  expect((await call('GET', '/orders/ada')).body.status).toBe('pending');

  proxy.use();
  await waitUntil(
    'the queue has finished it',
    async () => (await call('GET', '/orders/ada')).body.status === 'cancelled',
    { timeoutSeconds: 60 },
  );
  expect(await shop.stockOf('hot')).toEqual({ stock: 7, reserved: 0, available: 7 });
  expect((await call('POST', '/orders/ada/cancel')).body).toMatchObject({
    outcome: 'already_cancelled',
    restored: [],
  });
  await expectLawsHold(shop);
});

test('The queue function puts many cancellations of a hot product into one transaction', async () => {
  await shop.sells({ popular: 1_000 });
  const orderIds = numbered('popular', 196);
  await shop.hasOrders(Object.fromEntries(orderIds.map((id) => [id, { popular: 2 }])));
  proxy.forget();

  await queues.send(orderIds.map((orderId) => ({ orderId })));
  await queues.untilDone();

  const requests = tally(proxy.operations());
  // 196 orders of one line take four transactions of 49 and two for the turn if they come in one
  // batch, and a few more if the poller finds them in several batches. One by one they take 196.
  expect(requests.TransactWriteItems).toBeGreaterThanOrEqual(4);
  expect(requests.TransactWriteItems).toBeLessThanOrEqual(16);
  expect(await shop.stockOf('popular')).toEqual({ stock: 1_000, reserved: 0, available: 1_000 });
  const movements = await shop.movementsOf({ productId: 'popular' });
  expect(tally(movements.map(({ movementType }) => movementType))).toMatchObject({
    restoration: 196,
  });
  await expectLawsHold(shop);
});

test('Two sweeps at the same time expire an overdue pending order once, and no other order', async () => {
  await shop.sells({ perishable: 100 });
  await shop.hasOrders({
    old: { perishable: 5 },
    confirmed: { perishable: 3 },
    fresh: { perishable: 1 },
  });
  await call('POST', '/orders/confirmed/confirm');
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  for (const id of ['old', 'confirmed']) {
    const due = { expiresAt: hourAgo, dueAt: hourAgo, dueShard: 'due#0' };
    await shop.tampersWith('orders', id, due);
  }
  const lambda = new LambdaClient({
    endpoint: system.lambdaEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  await concurrently([1, 2], () =>
    lambda.send(new InvokeCommand({ FunctionName: 'countermand-local-sweep-orders' })),
  );
  lambda.destroy();

  expect((await call('GET', '/orders/old')).body).toMatchObject({
    status: 'cancelled',
    cancellationReason: 'expired',
  });
  expect((await call('GET', '/orders/confirmed')).body.status).toBe('confirmed');
  expect((await call('GET', '/orders/fresh')).body.status).toBe('pending');
  expect(await shop.stockOf('perishable')).toEqual({ stock: 100, reserved: 4, available: 96 });
  await expectLawsHold(shop);
});
