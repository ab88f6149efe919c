/** A new shop in an engine that runs already. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localClient } from '../../local/aws.ts';
import { createTables, type Infrastructure } from '../../local/infrastructure.ts';
import { createShop, type Shop } from './shop.ts';

let shops = 0;

/**
 * With tables of its own as serverless.yml describes them: nobody sees another's orders, and each
 * can audit all there is.
 */
export const openShop = async (
  endpoint: string,
  infrastructure: Pick<Infrastructure, 'tables' | 'environment'>,
): Promise<Shop> => {
  shops += 1;
  const number = shops;
  const own = (table: string | undefined): string => `${table}-${number}`;
  const tables = infrastructure.tables.map((table) => ({
    ...table,
    TableName: own(table.TableName),
  }));
  const client = new DynamoDBClient(localClient(endpoint));
  await createTables(client, { tables });
  client.destroy();
  const environment = Object.fromEntries(
    Object.entries(infrastructure.environment).map(([name, value]) => [
      name,
      name.endsWith('_TABLE') ? own(value) : value,
    ]),
  );
  return createShop({ endpoint, environment });
};
