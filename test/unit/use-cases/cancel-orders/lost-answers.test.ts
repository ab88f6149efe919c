import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, EARLIER } from '../../../support/builders.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import {
  answerBrokenOff,
  connectionRefused,
  connectionReset,
  type Fault,
  internalServerError,
  noFault,
  refusedWith,
  resetAfter,
  timedOut,
} from '../../../support/faults.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const LOST: [string, Fault][] = [
  ['the connection is reset', connectionReset],
  ['the answer takes too long', timedOut],
  ['the answer is an internal error', internalServerError],
  ['the answer breaks off in the middle', answerBrokenOff],
];

const expectOneCancellation = async (shop: FakeShop): Promise<void> => {
  expect(new Set(shop.wire.writes().map(({ bytes }) => bytes)).size).toBe(1);
  expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', version: 2 });
  expect((await shop.product('mug')).reservedQuantity).toBe(5);
  expect(await shop.restorations('o1')).toHaveLength(1);
  await expectLawsHold(shop);
};

const twoOrders = () => [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })];

describe.each(LOST)('When DynamoDB has cancelled the order, but %s', (_, lost) => {
  test('the same request is sent again, and nothing moves twice', async () => {
    // Prepare
    const shop = openShop({ orders: twoOrders() });
    shop.wire.next('TransactWriteItems', lost);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', conflicts: 0 });
    expect(shop.wire.writes()).toHaveLength(2);
    await expectOneCancellation(shop);
  });

  test('the same request is sent 6 times, beyond the attempts of the SDK', async () => {
    // Prepare: three calls of the SDK with two attempts each
    const shop = openShop({ orders: twoOrders(), maxAttempts: 2 });
    shop.wire.next('TransactWriteItems', lost, lost, lost, lost, lost);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    expect(shop.wire.writes()).toHaveLength(6);
    await expectOneCancellation(shop);
  });

  test('and the time is up, it is unfinished; the next call reports it as already cancelled', async () => {
    // Prepare
    const shop = openShop({ orders: twoOrders(), maxAttempts: 1 });
    const untilSent = () => (shop.wire.writes().length === 0 ? 1_000 : 0);
    shop.wire.next('TransactWriteItems', lost);

    // Act
    const [first] = await shop.cancelsAll(['o1'], { remaining: untilSent });
    const [second] = await shop.cancelsAll(['o1']);

    // Assess
    expect(first).toEqual({ ...UNFINISHED, conflicts: 0 });
    expect(second).toMatchObject({ outcome: 'already_cancelled' });
    await expectOneCancellation(shop);
  });
});

/** `orderCreatedAt` and `orderRound` tell the order from another one, and from a later round. */
const UNFINISHED = {
  orderId: 'o1',
  outcome: 'unfinished',
  orderCreatedAt: EARLIER,
  orderRound: 1,
  conflicts: 0,
  drift: 0,
};

describe('When a request fails without an effect', () => {
  test.each([
    ['no connection', connectionRefused],
    ['a DynamoDB that is down', refusedWith('ServiceUnavailable', 503)],
    ['an unknown server error', refusedWith('Surprise', 507)],
    ['a request in progress', refusedWith('TransactionInProgressException')],
  ])('%s is retried with the same bytes until the order is cancelled', async (_, fault) => {
    // Prepare: one call of the SDK fails
    const shop = openShop({ orders: twoOrders(), maxAttempts: 2 });
    shop.wire.next('TransactWriteItems', fault, fault, fault);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    expect(shop.wire.writes()).toHaveLength(4);
    await expectOneCancellation(shop);
  });

  test('a first attempt that takes effect during its retry cancels the order once', async () => {
    // Prepare: the answer is lost, and the retry is told that the first attempt is in progress
    const shop = openShop({ orders: twoOrders(), maxAttempts: 1 });
    shop.wire.next(
      'TransactWriteItems',
      connectionReset,
      refusedWith('TransactionInProgressException'),
      noFault,
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    await expectOneCancellation(shop);
  });

  test('a first attempt whose token is forgotten is recognised by its write id', async () => {
    // Prepare: the transaction took effect, the answer was lost, and the token is forgotten
    const shop = openShop({ orders: twoOrders(), maxAttempts: 1 });
    shop.wire.next(
      'TransactWriteItems',
      resetAfter(() => {
        shop.db.forgetTokens();
      }),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [{ quantity: 2 }] });
    await expectOneCancellation(shop);
  });
});

describe('When the answer about a group of 40 orders is lost', () => {
  test.each(LOST)(
    'because %s, the same bytes are sent again, and each order is cancelled once',
    async (_, lost) => {
      // Prepare
      const orders = Array.from({ length: 40 }, (_, index) => anOrder(`o${index}`, { mug: 2 }));
      const shop = openShop({ orders, maxAttempts: 1 });
      shop.wire.next('TransactWriteItems', lost, lost);

      // Act
      const results = await shop.cancelsAll(orders.map(({ id }) => id));

      // Assess
      const writes = shop.wire.writes();
      expect(writes).toHaveLength(3);
      expect(new Set(writes.map(({ bytes }) => bytes)).size).toBe(1);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
      expect((await shop.product('mug')).reservedQuantity).toBe(0);
      await expectLawsHold(shop);
    },
  );
});

describe('When DynamoDB reports that a token was used for another request', () => {
  const mismatch = refusedWith('IdempotentParameterMismatchException');

  test('only that order fails, and the other two are cancelled', async () => {
    // Prepare
    const orders = ['o1', 'o2', 'o3'].map((id) => anOrder(id, { mug: 2 }));
    const shop = openShop({ orders });
    const ifAboutO2: Fault = (answer, request) =>
      request.bytes.includes('"order_o2"') ? mismatch(answer, request) : answer();
    shop.wire.next('TransactWriteItems', ifAboutO2, ifAboutO2, ifAboutO2, ifAboutO2, ifAboutO2);

    // Act
    const results = await shop.cancelsAll(['o1', 'o2', 'o3']);

    // Assess
    expect(results).toMatchObject([
      { orderId: 'o1', outcome: 'cancelled' },
      {
        orderId: 'o2',
        outcome: 'failed',
        error: { name: 'IdempotentParameterMismatchException' },
      },
      { orderId: 'o3', outcome: 'cancelled' },
    ]);
    expect((await shop.order('o2')).status).toBe('pending');
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('the request is not sent again', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next('TransactWriteItems', mismatch);

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect(shop.wire.writes()).toHaveLength(1);
  });
});
