import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition, MovementKey, MovementsReading, Page } from '../use-cases/ports.ts';
import type { Database } from './database.ts';
import { stockMovements } from './items.ts';
import { takePage } from './page.ts';
import { getItem } from './read.ts';
import { queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';

export const getMovement = async (
  db: Database,
  { referenceId, entry }: MovementKey,
  remaining?: TimeBudget,
): Promise<StockMovement | undefined> => {
  const item = await getItem(db, db.tables.stockMovements, { referenceId, entry }, remaining);
  return item && stockMovements.fromItem(item);
};

/** The movements of these causes (strongly consistent), cause by cause, sorted by entry. */
export async function* readMovementsOfReferences(
  db: Database,
  referenceIds: readonly string[],
  { movementType, after }: Omit<MovementsReading<MovementKey>, 'limit'> = {},
): AsyncGenerator<StockMovement> {
  const begin = after ? referenceIds.indexOf(after.referenceId) : 0;
  for (const referenceId of begin < 0 ? [] : referenceIds.slice(begin)) {
    const pages = paginateQuery(
      { client: db.client },
      {
        TableName: db.tables.stockMovements,
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
    for await (const { Items = [] } of pages) yield* Items.map(stockMovements.fromItem);
  }
}

/** A page of the movements of these causes. */
export const movementsOfReferences = (
  db: Database,
  referenceIds: readonly string[],
  { limit, ...reading }: MovementsReading<MovementKey>,
): Promise<Page<StockMovement, MovementKey>> =>
  takePage(readMovementsOfReferences(db, referenceIds, reading), limit, (taken) => {
    const { referenceId, entry } = taken.at(-1) as StockMovement;
    return { referenceId, entry };
  });

/** A page of one product's movements, newest first, merged from all shards of the index. */
export const movementsOfProduct = async (
  db: Database,
  productId: string,
  { limit, movementType, after }: MovementsReading<IndexPosition>,
): Promise<Page<StockMovement, IndexPosition>> => {
  const { items, next } = await queryNewestFirst(db.client, {
    table: db.tables.stockMovements,
    index: 'byProduct',
    partitionKey: 'productShard',
    sortKey: 'createdAt',
    partitions: shardKeys(productId, db.tables.productMovementShards),
    tableKey: ['referenceId', 'entry'],
    limit,
    after,
    ...(movementType && { where: { movementType } }),
  });
  return { items: items.map(stockMovements.fromItem), ...(next && { next }) };
};
