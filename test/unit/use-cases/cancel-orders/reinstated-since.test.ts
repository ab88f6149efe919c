/** A request that is older than the reinstatement of its order: the later decision holds. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyCancellation } from '../../../../lib/domain/cancellation.ts';
import { cancelOrder } from '../../../../lib/use-cases/cancel-orders.ts';
import { reinstateOrder } from '../../../../lib/use-cases/reinstate-order.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, EARLIER, NOW } from '../../../support/builders.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import { connectionReset, meanwhile } from '../../../support/faults.ts';

const whole = { orderId: 'o1' };
const part = { ...whole, items: [{ productId: 'mug', quantity: 1 }], idempotencyKey: 'k1' };

/** One millisecond before the order is reinstated. */
const BEFORE = '2026-03-02T11:59:59.999Z';
const LATER = '2026-03-02T12:00:00.001Z';

let shop: FakeShop;

const cancelsAndReinstates = async (): Promise<void> => {
  await cancelOrder(whole, shop.ports());
  await reinstateOrder('o1', {}, shop.ports());
};

/** What became of each request, and how often the order was written since. */
const outcomesOf = async (...requests: AnyCancellation[]) => {
  const { version } = await shop.order('o1');
  const results = await shop.cancelsAll(requests);
  const outcomes = results.map(({ outcome }) => outcome);
  return { outcomes, writes: (await shop.order('o1')).version - version };
};

beforeEach(() => {
  shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
});

describe('An order that was reinstated', () => {
  beforeEach(cancelsAndReinstates);

  test.each<[string, AnyCancellation]>([
    ['was sent before', { ...whole, sentAt: BEFORE }],
    ['was sent before, with a grace', { ...whole, sentAt: BEFORE, graceSeconds: 60 }],
    ['saw the round before', { ...whole, orderRound: 1 }],
    ['saw the round before, and was sent later', { ...whole, orderRound: 1, sentAt: LATER }],
    ['is about a part, and was sent before', { ...part, sentAt: BEFORE }],
  ])('is not cancelled by a request that %s', async (_, request) => {
    expect(await outcomesOf(request)).toEqual({ outcomes: ['already_cancelled'], writes: 0 });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', round: 2, roundSince: NOW });
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });

  test.each<[string, AnyCancellation]>([
    ['was sent since', { ...whole, sentAt: LATER }],
    ['was sent in the same millisecond', { ...whole, sentAt: NOW }],
    [
      'saw this round, whatever the clock of the queue says',
      { ...whole, orderRound: 2, sentAt: BEFORE },
    ],
    ['nobody knows the age of', whole],
    ['is about a part, and was sent since', { ...part, sentAt: LATER }],
  ])('is cancelled by a request that %s', async (_, request) => {
    expect(await outcomesOf(request)).toEqual({ outcomes: ['cancelled'], writes: 1 });
    await expectLawsHold(shop);
  });

  test('is cancelled by the later of two requests of one batch, and only by that', async () => {
    const [older, newer] = [
      { ...whole, sentAt: BEFORE },
      { ...whole, sentAt: LATER },
    ];

    const { outcomes, writes } = await outcomesOf(older, newer, older);

    expect(outcomes).toEqual(['already_cancelled', 'cancelled', 'already_cancelled']);
    expect(writes).toBe(1);
    expect((await shop.order('o1')).movementReferences).toContain('order_o1~2_cancellation');
  });

  test('by an earlier release, which did not write down when, is cancelled', async () => {
    const { roundSince: _, ...order } = await shop.order('o1');
    await shop.has(order);

    expect((await outcomesOf({ ...whole, sentAt: EARLIER })).outcomes).toEqual(['cancelled']);
  });
});

describe('An order that is cancelled and reinstated while a request for it is under way', () => {
  test('is not cancelled by it again', async () => {
    shop.wire.next('TransactWriteItems', meanwhile(cancelsAndReinstates));

    expect(await outcomesOf(whole)).toEqual({ outcomes: ['already_cancelled'], writes: 2 });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', round: 2 });
    await expectLawsHold(shop);
  });

  test('is still cancelled in part, for which no key was used', async () => {
    shop.wire.next('TransactWriteItems', meanwhile(cancelsAndReinstates));

    expect(await outcomesOf(part)).toEqual({ outcomes: ['cancelled'], writes: 3 });
  });

  test('is not cancelled in part by a message of before', async () => {
    shop.wire.next('TransactWriteItems', meanwhile(cancelsAndReinstates));

    const { outcomes, writes } = await outcomesOf({ ...part, sentAt: BEFORE });

    expect([outcomes, writes]).toEqual([['already_cancelled'], 2]);
  });

  test('is not cancelled by what is handed over after the answer was lost', async () => {
    // Prepare: the cancellation takes effect, its answer is lost, and the time is up
    shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    const untilSent = () => (shop.wire.writes().length === 0 ? 1_000 : 0);
    shop.wire.next('TransactWriteItems', connectionReset);
    const first = await cancelOrder(whole, shop.ports({ remaining: untilSent }));
    expect(first).toMatchObject({ outcome: 'unfinished', orderRound: 1 });
    await reinstateOrder('o1', {}, shop.ports());

    // Act
    const { orderCreatedAt, orderRound } = first as Extract<
      typeof first,
      { outcome: 'unfinished' }
    >;
    const handedOver = { ...whole, orderCreatedAt, orderRound, sentAt: LATER };

    // Assess
    expect(await outcomesOf(handedOver)).toEqual({ outcomes: ['already_cancelled'], writes: 0 });
  });
});
