import {
  type TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { rowsOf } from '../support/audit.ts';
import { primaryKeys } from '../support/engine-shop.ts';
import { onAnyEngine } from '../support/engines.ts';
import { openShopBehindProxy } from '../support/shop-behind-proxy.ts';
import { transactionConflicts } from '../support/transaction-conflicts.ts';

// Other tests rely on a proxy that makes conflicts. Here it is compared with what AWS documents.
onAnyEngine('The proxy that makes transaction conflicts', (engine) => {
  const openBusyShop = async () => {
    const { shop, proxy, customers } = await openShopBehindProxy(engine);
    const gates: (() => void)[] = [];
    proxy.use(
      // Held on their way to the engine until the test lets them go.
      transactionConflicts({ keys: primaryKeys(shop.tables), hold: () => 0 }),
      (answer) =>
        new Promise((resolve) => {
          gates.push(() => resolve(answer()));
        }),
    );
    const write = (token: string, ...ids: string[]) =>
      customers.client.send(
        new TransactWriteCommand({
          ClientRequestToken: token,
          TransactItems: ids.map((id) => ({
            Update: {
              TableName: shop.tables.products,
              Key: { id },
              UpdateExpression: 'ADD visits :one',
              ExpressionAttributeValues: { ':one': 1 },
            },
          })),
        }),
      );
    /** Waits until so many transactions are held. */
    const untilHeld = async (count: number) => {
      while (gates.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    const letGo = () => {
      for (const open of gates.splice(0)) open();
    };
    return { shop, write, untilHeld, letGo };
  };

  const reasonsOf = async (attempt: Promise<unknown>): Promise<(string | undefined)[]> =>
    attempt.then(
      () => [],
      (error: TransactionCanceledException) =>
        (error.CancellationReasons ?? []).map(({ Code }) => Code),
    );

  test('refuses a transaction that meets another one, and names the items on which they meet', async () => {
    const { shop, write, untilHeld, letGo } = await openBusyShop();

    const early = write('early', 'beans', 'filters');
    await untilHeld(1);
    const late = await reasonsOf(write('late', 'cups', 'filters', 'mugs', 'beans'));
    letGo();
    await early;

    expect(late).toEqual(['None', 'TransactionConflict', 'None', 'TransactionConflict']);
    expect(await shop.store.getProduct('cups', () => 10_000)).toBeUndefined();
  });

  test('lets transactions pass that share no item, or that come after each other', async () => {
    const { write, untilHeld, letGo } = await openBusyShop();

    const both = [write('one', 'beans'), write('two', 'filters')];
    await untilHeld(2);
    letGo();
    expect(await Promise.all(both)).toHaveLength(2);

    const next = write('three', 'beans', 'filters');
    await untilHeld(1);
    letGo();
    await expect(next).resolves.toBeDefined();
  });

  test('refuses a repeated request while the first is in progress, and later lets it pass without conflict', async () => {
    const { shop, write, untilHeld, letGo } = await openBusyShop();

    const original = write('same', 'beans');
    await untilHeld(1);
    await expect(write('same', 'beans')).rejects.toThrow(TransactionInProgressException);
    letGo();
    await original;
    const other = write('other', 'beans');
    await untilHeld(1);
    const again = write('same', 'beans');
    await untilHeld(2);
    letGo();
    await Promise.all([other, again]);

    const [row] = await rowsOf(shop.client, shop.tables.products);
    expect(row).toMatchObject({ id: 'beans', visits: 2 });
  });
});
