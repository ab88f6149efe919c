/** On a deployed stage, messages write goods off only from a queue of their own. */
import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder } from '../../support/builders.ts';
import { fromQueue, lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, queue, log } = functionTests();
process.env.PLAIN_QUEUE_WRITES_OFF = 'false';
const { handler } = await import('../../../functions/cancel-orders.ts');

const openBusyShop = () =>
  openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 3 })] });
const writesOff = { orderId: 'o1', restock: false };

describe('A message that writes goods off', () => {
  test('fails alone on the plain queue, comes back at once, and moves nothing', async () => {
    const shop = openBusyShop();

    const answer = await handler(sqsEvent(writesOff, { orderId: 'o2' }), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(queue.returned()).toEqual({ r1: 0 });
    expect((await shop.order('o1')).status).toBe('pending');
    expect((await shop.order('o2')).status).toBe('cancelled');
    expect(log().messages()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: 'malformed message',
        messageId: 'm1',
        issues: [{ path: ['restock'], code: 'not_on_this_queue' }],
      }),
    );
    await expectLawsHold(shop);
  });

  test.each(['a-queue-of-others', 'not-write-offs', ''])(
    'fails from %j, which is not the queue of write-offs',
    async (name) => {
      openBusyShop();

      expect(await handler(fromQueue(name, sqsEvent(writesOff)), lambdaContext())).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm1' }],
      });
    },
  );

  test('is done from the queue of write-offs', async () => {
    const shop = openBusyShop();

    expect(await handler(fromQueue('write-offs', sqsEvent(writesOff)), lambdaContext())).toEqual({
      batchItemFailures: [],
    });
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', restock: false });
    await expectLawsHold(shop);
  });

  test('goes back to the queue of write-offs when it failed there', async () => {
    openShop();

    await handler(fromQueue('write-offs', sqsEvent(writesOff)), lambdaContext());

    expect(
      queue
        .commandCalls(ChangeMessageVisibilityBatchCommand)
        .map(({ args: [{ input }] }) => input.QueueUrl),
    ).toEqual([process.env.WRITE_OFFS_QUEUE_URL]);
  });
});
