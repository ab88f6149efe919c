import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const fn = functionTests();
const { handler: queueHandler } = await import('../../../functions/cancel-orders.ts');

describe('What went wrong once', () => {
  test.each([
    ['finish', { onlyIf: 'unfinished' }],
    ['expire', { onlyIf: 'pending', reason: 'expired' }],
  ])('a cancellation behind an old message to %s the same order is heard', async (_, old) => {
    const shop = fn.openShop({ orders: [anOrder('o1', { mug: 2 }, { status: 'confirmed' })] });
    const { batchItemFailures } = await queueHandler(
      sqsEvent({ orderId: 'o1', ...old }, { orderId: 'o1', reason: 'customer' }),
      lambdaContext({ remaining: 60_000 }),
    );
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'customer',
    });
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
  });
});
