import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { MovementType, StockMovement } from '../domain/stock-movement.ts';
import { movementFromItem } from './items.ts';
import { type Page, takePage } from './page.ts';
import { type IndexPosition, queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';
import type { Tables } from './tables.ts';

export type MovementKey = Pick<StockMovement, 'referenceId' | 'entry'>;

type Reading<Position> = {
  readonly limit: number;
  readonly movementType?: MovementType | undefined;
  readonly after?: Position | undefined;
};

/** The movements of these causes as they are now, cause by cause and by entry within each. */
export async function* readMovementsOfReferences(
  client: DynamoDBDocumentClient,
  tables: Tables,
  referenceIds: readonly string[],
  { movementType, after }: Omit<Reading<MovementKey>, 'limit'> = {},
): AsyncGenerator<StockMovement> {
  const begin = after ? referenceIds.indexOf(after.referenceId) : 0;
  for (const referenceId of begin < 0 ? [] : referenceIds.slice(begin)) {
    const pages = paginateQuery(
      { client },
      {
        TableName: tables.stockMovements,
        ConsistentRead: true,
        KeyConditionExpression: `referenceId = :referenceId${
          movementType ? ' AND begins_with(entry, :movementType)' : ''
        }`,
        ExpressionAttributeValues: {
          ':referenceId': referenceId,
          ...(movementType && { ':movementType': `${movementType}#` }),
        },
        ...(after?.referenceId === referenceId && { ExclusiveStartKey: { ...after } }),
      },
    );
    for await (const { Items = [] } of pages) yield* Items.map(movementFromItem);
  }
}

/** A part of the movements of these causes. */
export const movementsOfReferences = (
  client: DynamoDBDocumentClient,
  tables: Tables,
  referenceIds: readonly string[],
  { limit, ...reading }: Reading<MovementKey>,
): Promise<Page<StockMovement, MovementKey>> =>
  takePage(readMovementsOfReferences(client, tables, referenceIds, reading), limit, (taken) => {
    const { referenceId, entry } = taken.at(-1) as StockMovement;
    return { referenceId, entry };
  });

/** A part of one product's movements, newest first, merged from all the shards of its index. */
export const movementsOfProduct = async (
  client: DynamoDBDocumentClient,
  tables: Tables,
  productId: string,
  { limit, movementType, after }: Reading<IndexPosition>,
): Promise<Page<StockMovement, IndexPosition>> => {
  const { items, next } = await queryNewestFirst(client, {
    table: tables.stockMovements,
    index: 'byProduct',
    partitionKey: 'productShard',
    partitions: shardKeys(productId, tables.productMovementShards),
    tableKey: ['referenceId', 'entry'],
    limit,
    after,
    ...(movementType && { where: { movementType } }),
  });
  return { items: items.map(movementFromItem), ...(next && { next }) };
};
