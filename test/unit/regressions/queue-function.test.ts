import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const fn = functionTests();
const { handler: queueHandler } = await import('../../../functions/cancel-orders.ts');

describe('Queue messages with the field onlyIf', () => {
  test.each([
    ['malformed', { onlyIf: 'unfinished' }, [{ itemIdentifier: 'm1' }]],
    ['too late', { onlyIf: 'pending', reason: 'expired' }, []],
  ])('end alone: a message behind one that is %s still cancels', async (_, old, failures) => {
    const shop = fn.openShop({ orders: [anOrder('o1', { mug: 2 }, { status: 'confirmed' })] });
    const { batchItemFailures } = await queueHandler(
      sqsEvent({ orderId: 'o1', ...old }, { orderId: 'o1', reason: 'customer' }),
      lambdaContext({ remaining: 60_000 }),
    );
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'customer',
    });
    expect(batchItemFailures).toEqual(failures);
  });
});
