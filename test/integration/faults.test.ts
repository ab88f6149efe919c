import { expect, test } from '@jest/globals';
import { orderToItem } from '../../lib/dynamodb/items.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine, onEveryEngine, type TestEngine } from '../support/engines.ts';
import {
  always,
  answerBrokenOff,
  cancelledFor,
  cancelledWhere,
  connectionRefused,
  connectionReset,
  type Fault,
  first,
  internalServerError,
  isTransaction,
  meanwhile,
  refusedWith,
  silence,
  type When,
} from '../support/faults.ts';
import { loadQueueFunction } from '../support/queue-function.ts';
import type { Shop } from '../support/shop.ts';
import { openShopBehindProxy } from '../support/shop-behind-proxy.ts';
import { timeFor } from '../support/time.ts';

/** What a function reserves of its time for the answer, in milliseconds. */
const TO_ANSWER_MS = 500;

/** The time of an invocation that is meant to run out of it, in milliseconds. */
const TIME_MS = 600;

const openShopWithOrders = async (engine: TestEngine) => {
  const opened = await openShopBehindProxy(engine);
  await opened.shop.sells({ beans: 40, filters: 25 });
  await opened.shop.hasOrders({ ada: { beans: 3, filters: 1 }, ben: { beans: 5 } });
  return opened;
};

const expectAdaCancelledOnce = async (shop: Shop): Promise<void> => {
  expect(await shop.order('ada')).toMatchObject({ status: 'cancelled', version: 2 });
  expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 5, available: 35 });
  expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(4);
  await expectLawsHold(shop);
};

const expectNothingMoved = async (shop: Shop): Promise<void> => {
  expect(await shop.order('ada')).toMatchObject({ status: 'pending', version: 1 });
  expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 8, available: 32 });
  expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(2);
  await expectLawsHold(shop);
};

onEveryEngine('A cancellation without faults', (engine) => {
  test('sends exactly two requests: one read and one transaction', async () => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);

    await customers.cancels('ada');

    expect(proxy.operations()).toEqual(['GetItem', 'TransactWriteItems']);
    await expectAdaCancelledOnce(shop);
  });

  test('sends only a read if the order is cancelled already', async () => {
    const { proxy, customers } = await openShopWithOrders(engine);
    await customers.cancels('ada');
    proxy.forget();

    await customers.cancels('ada');

    expect(proxy.operations()).toEqual(['GetItem']);
  });
});

onEveryEngine('A cancellation whose requests or answers are lost', (engine) => {
  test.each<[string, Fault]>([
    ['answers are lost', connectionReset],
    ['requests are lost', connectionRefused],
  ])('takes effect once when %s seven times', async (_, fault) => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(first(7, isTransaction, fault));

    expect(await customers.cancels('ada')).toMatchObject({ outcome: 'cancelled' });

    await expectAdaCancelledOnce(shop);
  });

  test('took effect although its time ran out: the next call says so, and moves nothing', async () => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(always(isTransaction, connectionReset));

    expect(await customers.cancels('ada', { remaining: timeFor(TIME_MS) })).toMatchObject({
      outcome: 'unfinished',
    });
    expect(await customers.cancels('ada')).toMatchObject({ outcome: 'already_cancelled' });
    await expectAdaCancelledOnce(shop);
  });
});

onAnyEngine('A cancellation that meets faults', (engine) => {
  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is sent again after %s, and counts how often',
    async (code) => {
      const { shop, proxy, customers } = await openShopWithOrders(engine);
      const onProducts = cancelledWhere(code, ({ table }) => table === shop.tables.products);
      proxy.use(first(3, isTransaction, onProducts));

      expect(await customers.cancels('ada')).toMatchObject({ outcome: 'cancelled', conflicts: 3 });

      expect(tally(proxy.operations())).toEqual({ GetItem: 1, TransactWriteItems: 4 });
      await expectAdaCancelledOnce(shop);
    },
  );

  test.each<[string, Fault]>([
    ['the answer is lost', connectionReset],
    ['the request is lost', connectionRefused],
    ['the answer is cut short', answerBrokenOff],
    ['DynamoDB commits and answers with an internal error', internalServerError],
    ['DynamoDB answers with an internal error', refusedWith('InternalServerError', 500)],
    ['DynamoDB is unavailable', refusedWith('ServiceUnavailable', 503)],
    ['the request is throttled', refusedWith('ThrottlingException')],
    ['the table is throttled', refusedWith('ProvisionedThroughputExceededException')],
    ['the account is throttled', refusedWith('RequestLimitExceeded')],
    ['the first attempt is still in progress', refusedWith('TransactionInProgressException')],
  ])('takes effect once when %s', async (_, fault) => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(first(1, isTransaction, fault));

    const result = await customers.cancels('ada');

    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect('restored' in result && result.restored).toHaveLength(2);
    await expectAdaCancelledOnce(shop);
  });

  test('tells the caller that somebody else was first, even after an error', async () => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(
      first(
        1,
        isTransaction,
        meanwhile(
          () => shop.cancels('ada', { reason: 'staff' }),
          refusedWith('InternalServerError', 500),
        ),
      ),
    );

    expect(await customers.cancels('ada', { reason: 'customer' })).toMatchObject({
      outcome: 'already_cancelled',
      order: { cancellationReason: 'staff' },
    });
    await expectAdaCancelledOnce(shop);
  });

  test('follows the failed condition of a refusal that contains conflicts as well', async () => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    const order = { ...(await shop.order('ada')), status: 'shipped', version: 2 } as const;
    const Item = orderToItem(order, shop.tables);
    const reasons = [
      { Code: 'ConditionalCheckFailed', Item },
      'TransactionConflict',
      'None',
      'None',
      'ThrottlingError',
    ];
    proxy.next('TransactWriteItems', cancelledFor(...reasons));

    expect(await customers.cancels('ada')).toMatchObject({
      outcome: 'not_cancellable',
      order: { status: 'shipped' },
    });
    await expectNothingMoved(shop);
  });

  test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'SomethingNew'])(
    'fails and moves nothing after %s, which no retry can cure',
    async (code) => {
      const { shop, proxy, customers } = await openShopWithOrders(engine);
      proxy.use(first(1, isTransaction, cancelledWhere(code)));

      expect(await customers.cancels('ada')).toMatchObject({ outcome: 'failed' });

      expect(proxy.operations()).toEqual(['GetItem', 'TransactWriteItems']);
      await expectNothingMoved(shop);
    },
  );

  test.each<[string, Fault]>([
    ['every attempt meets a conflict', cancelledWhere('TransactionConflict')],
    ['every attempt is throttled', refusedWith('ThrottlingException')],
    ['every attempt gets an internal error', refusedWith('InternalServerError', 500)],
    ['every request is lost', connectionRefused],
    ['no answer ever comes', silence],
  ])('answers unfinished in time when %s, and the next call finishes it', async (_, fault) => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(always(isTransaction, fault));
    const began = performance.now();

    const result = await customers.cancels('ada', { remaining: timeFor(TIME_MS) });

    expect(performance.now() - began).toBeLessThan(TIME_MS + TO_ANSWER_MS);
    expect(result).toMatchObject({ outcome: 'unfinished' });
    await expectNothingMoved(shop);

    proxy.use();
    expect(await customers.cancels('ada')).toMatchObject({ outcome: 'cancelled' });
    await expectAdaCancelledOnce(shop);
  });

  test('closes a connection that stays silent, and sends the request again', async () => {
    const { shop, proxy } = await openShopWithOrders(engine);
    const customers = shop.through(proxy.endpoint, { asDeployed: true });
    const isReadOfBen: When = ({ operation, bytes }) =>
      operation === 'GetItem' && bytes.includes('ben');
    const isTransactionOfAda: When = (request) =>
      isTransaction(request) && request.bytes.includes('order_ada');
    proxy.use(first(1, isReadOfBen, silence), first(1, isTransactionOfAda, silence));
    const began = performance.now();

    const results = await concurrently(['ada', 'ben'], (id) =>
      customers.cancels(id, { remaining: timeFor(9_500) }),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({ cancelled: 2 });
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    await expectLawsHold(shop);
  }, 15_000);

  test.each<[string, Fault]>([
    ['answers with an internal error', refusedWith('InternalServerError', 500)],
    ['throttles', refusedWith('ThrottlingException')],
  ])('reads again while there is time when DynamoDB %s', async (_, fault) => {
    const { shop, proxy, customers } = await openShopWithOrders(engine);
    proxy.use(first(5, ({ operation }) => operation === 'GetItem', fault));

    const result = await customers.cancels('ada', { remaining: timeFor(9_500) });

    expect(result).toMatchObject({ outcome: 'cancelled' });
    await expectAdaCancelledOnce(shop);
  });

  test('reads the rest when DynamoDB answers only part of a batch', async () => {
    const { shop, proxy } = await openShopBehindProxy(engine);
    await shop.sells({ beans: 500 });
    const orderIds = numbered('order', 120);
    await concurrently(orderIds, (id) => shop.hasOrders({ [id]: { beans: 1 } }), { limit: 32 });
    proxy.use(
      first(
        3,
        ({ operation }) => operation === 'BatchGetItem',
        async (answer, { json }) => {
          const [[table, { Keys, ...options }]] = Object.entries(
            json.RequestItems as Record<string, { Keys: unknown[] }>,
          ) as [[string, { Keys: unknown[] }]];
          const half = Math.floor(Keys.length / 2);
          const answered = await answer({
            ...json,
            RequestItems: { [table]: { ...options, Keys: Keys.slice(0, half) } },
          });
          const UnprocessedKeys = { [table]: { ...options, Keys: Keys.slice(half) } };
          return {
            ...answered,
            body: JSON.stringify({ ...JSON.parse(answered.body), UnprocessedKeys }),
          };
        },
      ),
    );
    const queue = await loadQueueFunction(shop.through(proxy.endpoint));

    expect(await queue.receives(orderIds.map((orderId) => ({ orderId })))).toEqual([]);

    expect(await shop.stockOf('beans')).toEqual({ stock: 500, reserved: 0, available: 500 });
    await expectLawsHold(shop);
  });

  test('that fails for good does not affect the other orders of its batch', async () => {
    const { shop, proxy } = await openShopWithOrders(engine);
    const concernsAda: When = ({ bytes }) => bytes.includes('order_ada_cancellation');
    proxy.use(always(concernsAda, cancelledWhere('ValidationError')));
    const queue = await loadQueueFunction(shop.through(proxy.endpoint));

    expect(await queue.receives([{ orderId: 'ada' }, { orderId: 'ben' }])).toEqual([0]);

    expect(await shop.order('ada')).toMatchObject({ status: 'pending' });
    expect(await shop.order('ben')).toMatchObject({ status: 'cancelled' });
    await expectLawsHold(shop);
  });
});
