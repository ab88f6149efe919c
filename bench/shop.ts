/** A shop for one measurement. */
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { Infrastructure } from '../local/infrastructure.ts';
import type { EngineShop } from '../test/support/engine-shop.ts';
import { openShop, primaryKeys } from '../test/support/engine-shop.ts';
import type { Place } from './places.ts';

/**
 * Opens a shop directly on the engine, and deletes its tables afterwards: every run starts alike.
 */
export const withShop = async <Result>(
  { engineEndpoint }: Pick<Place, 'engineEndpoint'>,
  infrastructure: Infrastructure,
  work: (shop: EngineShop) => Promise<Result>,
): Promise<Result> => {
  const shop = await openShop(engineEndpoint, infrastructure);
  try {
    return await work(shop);
  } finally {
    for (const TableName of Object.keys(primaryKeys(shop.tables))) {
      await shop.client.send(new DeleteTableCommand({ TableName }));
    }
    shop.close();
  }
};
