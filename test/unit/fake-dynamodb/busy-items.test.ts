import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { createFakeWire } from '../../support/fake-wire.ts';
import { describeTables } from '../../support/table-descriptions.ts';

test('Of two concurrent transactions on one item, one is cancelled and can be sent again', async () => {
  // Prepare: each transaction stays in progress until the test opens its gate
  const db = createFakeDynamoDB(describeTables());
  const gates: (() => void)[] = [];
  const wire = createFakeWire(db, {
    hold: () => new Promise<void>((resolve) => gates.push(resolve)),
  });
  const client = createClient({ ...wire.config, maxAttempts: 1 });
  const put = (name: string) =>
    client.send(
      new TransactWriteCommand({
        TransactItems: [{ Put: { TableName: 'products', Item: { id: 'tea', name } } }],
      }),
    );
  const letGo = async (count: number): Promise<void> => {
    while (gates.length < count) await new Promise((resolve) => setImmediate(resolve));
    for (const open of gates.splice(0)) open();
  };

  // Act
  const both = Promise.allSettled([put('early'), put('late')]);
  await letGo(2);
  const [early, late] = await both;
  const again = put('again');
  await letGo(1);
  await again;

  // Assess
  expect(early.status).toBe('fulfilled');
  expect(late).toMatchObject({ reason: expect.any(TransactionCanceledException) });
  expect(late).toMatchObject({
    reason: { CancellationReasons: [{ Code: 'TransactionConflict' }] },
  });
  expect(db.get('products', { id: 'tea' })).toEqual({ id: 'tea', name: 'again' });
});
