import { inParts } from '../batches.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { TimeBudget } from '../time-budget.ts';
import type {
  IndexPosition,
  MovementKey,
  MovementPosition,
  MovementsReading,
  Page,
  PlacedPage,
} from '../use-cases/ports.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { stockMovements } from './items.ts';
import { takePage } from './page.ts';
import { getItem, queryItems } from './read.ts';
import { placeOf, queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';

export const getMovement = async (
  db: Database,
  { referenceId, entry }: MovementKey,
  remaining: TimeBudget,
): Promise<StockMovement | undefined> => {
  const item = await getItem(db, db.tables.stockMovements, { referenceId, entry }, remaining);
  return item && stockMovements.fromItem(item);
};

/** The movements of these causes (strongly consistent), cause by cause, sorted by entry. */
export const readMovementsOfReferences = (
  db: Database,
  referenceIds: readonly string[],
  remaining: TimeBudget,
): AsyncGenerator<StockMovement> => readReferences(db, referenceIds, { remaining });

/** Causes whose movements are read at the same time: as many as the SDK opens connections. */
const REFERENCES_IN_FLIGHT = 50;

type Extent = Omit<MovementsReading<MovementPosition>, 'limit'> & {
  /** The movements to read of each cause; all if absent. */
  readonly limit?: number;
};

async function* readReferences(
  db: Database,
  referenceIds: readonly string[],
  extent: Extent,
): AsyncGenerator<StockMovement> {
  for (const some of inParts(referenceIds, REFERENCES_IN_FLIGHT)) {
    const found = await Promise.all(some.map((one) => readReference(db, one, extent)));
    yield* found.flat();
  }
}

const readReference = async (
  db: Database,
  referenceId: string,
  { movementType, after, limit, remaining }: Extent,
): Promise<StockMovement[]> => {
  const parts = queryItems(
    db,
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
      ...(limit !== undefined && { Limit: limit }),
      ...(after?.entry !== undefined &&
        after.referenceId === referenceId && { ExclusiveStartKey: { ...after } }),
    },
    remaining,
  );
  const movements: StockMovement[] = [];
  for await (const items of parts) {
    movements.push(...items.map(stockMovements.fromItem));
    if (limit !== undefined && movements.length >= limit) break;
  }
  return movements;
};

/** Causes that one page reads: an order may have a thousand causes without a movement of a type. */
const REFERENCES_PER_PAGE = 100;

/** A page of the movements of these causes. */
export const movementsOfReferences = async (
  db: Database,
  referenceIds: readonly string[],
  { limit, fits, ...reading }: MovementsReading<MovementPosition>,
): Promise<Page<StockMovement, MovementPosition>> => {
  const begin = reading.after ? referenceIds.indexOf(reading.after.referenceId) : 0;
  const end = begin < 0 ? 0 : begin + REFERENCES_PER_PAGE;
  const some = referenceIds.slice(Math.max(0, begin), end);
  const page = await takePage(
    readReferences(db, some, { ...reading, limit: limit + 1 }),
    { limit, fits },
    ({ referenceId, entry }): MovementPosition => ({ referenceId, entry }),
  );
  const referenceId = begin < 0 ? undefined : referenceIds[end];
  return page.next || referenceId === undefined ? page : { ...page, next: { referenceId } };
};

const BY_PRODUCT = {
  partitionKey: 'productShard',
  sortKey: 'createdAt',
  tableKey: ['referenceId', 'entry'],
} as const;

/** Movements that one page reads at most to find those of one type. */
const READ_FOR_A_TYPE = 1_000;

/** A page of one product's movements, newest first, merged from all shards of the index. */
export const movementsOfProduct = async (
  db: Database,
  productId: string,
  { limit, movementType, after, fits = () => true, remaining }: MovementsReading<IndexPosition>,
): Promise<PlacedPage<StockMovement, IndexPosition>> => {
  const isWanted = (item: Item): boolean =>
    movementType === undefined || item.movementType === movementType;
  const most = movementType === undefined ? limit : READ_FOR_A_TYPE;
  const query = {
    ...BY_PRODUCT,
    table: db.tables.stockMovements,
    index: 'byProduct',
    partitions: shardKeys(productId, db.tables.productMovementShards),
    limit: most,
    after,
  };
  const wanted: StockMovement[] = [];
  const places: IndexPosition[] = [];
  const takes = (item: Item): boolean => {
    if (!isWanted(item)) return true;
    const movement = stockMovements.fromItem(item);
    const hasRoom = wanted.length < limit && fits(movement);
    if (!hasRoom) return false;
    wanted.push(movement);
    places.push(placeOf(item, BY_PRODUCT));
    return true;
  };
  const { next } = await takePage(
    queryNewestFirst(db, query, remaining),
    { limit: most, fits: takes },
    (last) => placeOf(last, BY_PRODUCT),
  );
  return { items: wanted, places, ...(next && { next }) };
};
