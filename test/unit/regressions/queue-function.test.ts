import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const fn = functionTests();
const { handler: queueHandler } = await import('../../../functions/cancel-orders.ts');

describe('What went wrong once', () => {
  test('a cancellation behind a message to finish the same order is heard', async () => {
    const shop = fn.aShop({ orders: [anOrder('o1', { mug: 2 }, { status: 'confirmed' })] });
    const { batchItemFailures } = await queueHandler(
      sqsEvent({ orderId: 'o1', onlyIf: 'unfinished' }, { orderId: 'o1', reason: 'customer' }),
      lambdaContext({ remaining: 60_000 }),
    );
    expect(shop.order('o1').status === 'cancelled' || batchItemFailures.length > 0).toBe(true);
  });
  test('a cancellation behind the expiry of the same order is heard', async () => {
    const shop = fn.aShop({ orders: [anOrder('o1', { mug: 2 }, { status: 'confirmed' })] });
    const { batchItemFailures } = await queueHandler(
      sqsEvent(
        { orderId: 'o1', reason: 'expired', onlyIf: 'pending' },
        { orderId: 'o1', reason: 'customer' },
      ),
      lambdaContext({ remaining: 60_000 }),
    );
    expect(shop.order('o1').status === 'cancelled' || batchItemFailures.length > 0).toBe(true);
  });
  test('the message left for a large order that was refused is done', async () => {
    fn.aShop();
    const { batchItemFailures } = await queueHandler(
      sqsEvent({ orderId: 'o1', onlyIf: 'unfinished' }),
      lambdaContext({ remaining: 60_000 }),
    );
    expect(batchItemFailures).toEqual([]);
  });
});
