import { describe, expect, test } from '@jest/globals';
import type { CancellationRequest } from '../../../../lib/domain/cancellation.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, EARLIER, NOW } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile } from '../../../support/faults.ts';

/** Requests for o1: for any order with this id, for the existing order, and for an older one. */
const whichever: CancellationRequest = { orderId: 'o1' };
const present: CancellationRequest = { orderId: 'o1', orderCreatedAt: EARLIER };
const older: CancellationRequest = {
  orderId: 'o1',
  orderCreatedAt: '2026-01-01T00:00:00.000Z',
};

describe('When the id of an order is reused for another order', () => {
  test.each<{ requests: CancellationRequest[]; outcomes: string[] }>([
    { requests: [whichever], outcomes: ['cancelled'] },
    { requests: [present], outcomes: ['cancelled'] },
    { requests: [older], outcomes: ['not_found'] },
    { requests: [older, whichever], outcomes: ['not_found', 'cancelled'] },
    {
      requests: [present, older, whichever],
      outcomes: ['cancelled', 'not_found', 'already_cancelled'],
    },
  ])('$requests ends as $outcomes', async ({ requests, outcomes }) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    const results = await shop.cancelsAll(requests);

    expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
    const status = outcomes.includes('cancelled') ? 'cancelled' : 'pending';
    expect((await shop.order('o1')).status).toBe(status);
    await expectLawsHold(shop);
  });

  test.each<{ requests: CancellationRequest[]; outcomes: string[]; status: string }>([
    { requests: [present], outcomes: ['not_found'], status: 'pending' },
    { requests: [whichever, present], outcomes: ['cancelled', 'not_found'], status: 'cancelled' },
  ])('after the read, $requests ends as $outcomes', async (given) => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const another = anOrder('o1', { mug: 2 }, { createdAt: NOW });
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => shop.has(another)),
    );

    // Act
    const results = await shop.cancelsAll(given.requests);

    // Assess
    expect(results.map(({ outcome }) => outcome)).toEqual(given.outcomes);
    expect(await shop.order('o1')).toMatchObject({ createdAt: NOW, status: given.status });
  });
});
