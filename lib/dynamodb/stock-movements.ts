import {
  type DynamoDBDocumentClient,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { MovementType, StockMovement } from '../domain/stock-movement.ts';
import { movementFromItem } from './items.ts';
import { mergeShards } from './merge.ts';
import { shardKeys } from './shards.ts';
import type { Tables } from './tables.ts';

/** Some of a list, and where the next part begins; without `next`, this was the last part. */
export type Page<T, Position> = { readonly items: readonly T[]; readonly next?: Position };

export type MovementKey = Pick<StockMovement, 'referenceId' | 'entry'>;

/**
 * How far a product's movements have been read: the time of the last one given, and the last one
 * given from each shard. A shard that gave nothing yet, also one that did not exist then, goes on
 * from that time, so that a page never shows what is newer than the page before.
 */
export type ProductMovementsPosition = {
  readonly until: string;
  readonly shards: Readonly<Record<string, MovementKey & Pick<StockMovement, 'createdAt'>>>;
};

type Reading = { readonly limit: number; readonly movementType?: MovementType | undefined };

/** The movements of these causes, cause by cause as listed and by entry within each. */
export const movementsOfReferences = async (
  client: DynamoDBDocumentClient,
  tables: Tables,
  referenceIds: readonly string[],
  { limit, after, movementType }: Reading & { readonly after?: MovementKey | undefined },
): Promise<Page<StockMovement, MovementKey>> => {
  const begin = after ? referenceIds.indexOf(after.referenceId) : 0;
  const queries = begin < 0 ? [] : referenceIds.slice(begin);
  async function* read(): AsyncGenerator<StockMovement> {
    for (const referenceId of queries) {
      yield* query(client, {
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
      });
    }
  }
  return page(read(), limit, ({ referenceId, entry }) => ({ referenceId, entry }));
};

/** One product's movements, newest first, merged from all the shards of its index. */
export const movementsOfProduct = async (
  client: DynamoDBDocumentClient,
  tables: Tables,
  productId: string,
  {
    limit,
    movementType,
    after,
  }: Reading & { readonly after?: ProductMovementsPosition | undefined },
): Promise<Page<StockMovement, ProductMovementsPosition>> => {
  const keys = shardKeys(productId, tables.productMovementShards);
  const last: Record<string, ProductMovementsPosition['shards'][string]> = { ...after?.shards };
  const shards = keys.map(async function* (productShard) {
    const position = after?.shards[productShard];
    const reader = query(client, {
      TableName: tables.stockMovements,
      IndexName: 'byProduct',
      ScanIndexForward: false,
      // The merge takes about this many from each shard; what it does not take is read in vain.
      Limit: Math.ceil(limit / keys.length) + 5,
      KeyConditionExpression: `productShard = :productShard${
        after && !position ? ' AND createdAt <= :until' : ''
      }`,
      ...(movementType && { FilterExpression: 'movementType = :movementType' }),
      ExpressionAttributeValues: {
        ':productShard': productShard,
        ...(after && !position && { ':until': after.until }),
        ...(movementType && { ':movementType': movementType }),
      },
      ...(position && { ExclusiveStartKey: { productShard, ...position } }),
    });
    for await (const movement of reader) yield { productShard, movement };
  });
  const merged = mergeShards(shards, (a, b) => a.movement.createdAt > b.movement.createdAt);
  const { items, next } = await page(merged, limit, ({ movement }) => movement.createdAt);
  for (const { productShard, movement } of items) {
    const { createdAt, referenceId, entry } = movement;
    last[productShard] = { createdAt, referenceId, entry };
  }
  return {
    items: items.map(({ movement }) => movement),
    ...(next !== undefined && { next: { until: next, shards: last } }),
  };
};

async function* query(
  client: DynamoDBDocumentClient,
  input: QueryCommandInput,
): AsyncGenerator<StockMovement> {
  for await (const { Items } of paginateQuery({ client }, input)) {
    yield* (Items ?? []).map(movementFromItem);
  }
}

/** Takes up to `limit` items, and says where to go on only if there is another one. */
const page = async <T, Position>(
  items: AsyncGenerator<T>,
  limit: number,
  positionOf: (item: T) => Position,
): Promise<Page<T, Position>> => {
  const taken: T[] = [];
  for await (const item of items) {
    const last = taken.at(-1);
    if (taken.length === limit && last !== undefined) {
      return { items: taken, next: positionOf(last) };
    }
    taken.push(item);
  }
  return { items: taken };
};
