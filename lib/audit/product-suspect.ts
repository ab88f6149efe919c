import { inBatches } from '../batches.ts';
import { movementName } from '../domain/laws/movement-laws.ts';
import {
  checkCount,
  checkGoneProduct,
  checkLedger,
  emptyProductBook,
  enterInProductBook,
  type ProductBook,
  type ProductFacts,
} from '../domain/laws/product-laws.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { IndexPosition, MovementKey } from '../use-cases/ports.ts';
import type { AuditPorts } from './ports.ts';
import { CLOCK_BEHIND_MS, type Sight, sightOf } from './second-look.ts';

/** A movement as the books have it. */
export type BookedMovement = MovementKey &
  Pick<StockMovement, 'stockDelta' | 'reservedDelta' | 'createdAt'>;

/** A product that looked wrong, and what the scan saw of it. */
export type ProductSuspect = {
  readonly productId: string;
  readonly product: ProductFacts | undefined;
  readonly book: ProductBook;
  readonly movements: readonly BookedMovement[];
  /** Units that each order held of it. */
  readonly held: ReadonlyMap<string, number>;
  /** There were more movements than are kept here: it can only be proven while nobody moves it. */
  readonly isTooLarge: boolean;
};

/** Movements of a suspect that are kept in memory. */
export const MOST_MOVEMENTS = 100_000;

/**
 * Looks at a product, its movements and the orders that hold it. Every commit that moves a product
 * changes its row, so two equal rows around the reading prove that nothing moved.
 *
 * 1. If its row is still the one that the scan saw, the scan itself was such a reading. If it was
 *    written to just before, its times say too little to know that: see 2.
 * 2. Otherwise its movements are those that the scan saw, and later ones. The index by product tells
 *    of these, and lags behind; and a clock may be wrong. So `movementCount` has to agree, or the
 *    look says nothing.
 *
 * The first look believes the scan. Nothing is proven by that: a movement may have been deleted since.
 * The later looks read all its movements again.
 *
 * @param since when the scan began
 */
export const lookAtProduct = async (
  suspect: ProductSuspect,
  attempt: number,
  since: Date,
  ports: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<Sight> => {
  const { productId, product: scanned, book } = suspect;
  const { store, remaining } = ports;
  const recently = recentlyAt(since);
  const before = await store.getProductRow(productId, remaining);
  const isAtRest = before !== undefined && before.updatedAt < recently;
  if (isAtRest && scanned && isSameProduct(before, scanned))
    return sightOf(judge(before, productId, book));
  if (suspect.isTooLarge) return { type: 'moving' };

  const isThorough = attempt > 0;
  const seen = isThorough ? await stillThere(suspect, ports) : suspect.movements;
  const later = await movementsSince(productId, recently, ports);
  const now = new Map([...seen, ...later].map((one) => [movementName(one), one]));
  const fresh = emptyProductBook();
  for (const movement of now.values()) enterInProductBook(fresh, movement);
  fresh.held = await unitsHeld(suspect, later, isThorough, ports);
  const after = await store.getProductRow(productId, remaining);
  if (!isSameProduct(before, after)) return { type: 'moving' };

  const violations = judge(before, productId, fresh);
  if (violations.length === 0) return { type: 'clear' };
  if (!isThorough) return { type: 'moving' };
  const isComplete = !before || before.movementCount === fresh.movements;
  if (isComplete) return sightOf(violations);
  // The index may hide some, but it cannot show more than there are.
  const isMore = before.movementCount < fresh.movements;
  return isMore ? sightOf(checkCount(before, fresh.movements)) : { type: 'moving' };
};

/** Whatever is older was there when the scan began. */
export const recentlyAt = (since: Date): string =>
  new Date(since.getTime() - CLOCK_BEHIND_MS).toISOString();

const judge = (product: ProductFacts | undefined, productId: string, book: ProductBook) =>
  product ? checkLedger(product, book) : checkGoneProduct(productId, book);

/** Whether nothing has moved a product from one reading to the other. */
export const isSameProduct = (a: ProductFacts | undefined, b: ProductFacts | undefined): boolean =>
  a?.movementCount === b?.movementCount &&
  a?.stockQuantity === b?.stockQuantity &&
  a?.reservedQuantity === b?.reservedQuantity &&
  a?.availableQuantity === b?.availableQuantity &&
  a?.deletedAt === b?.deletedAt &&
  a?.createdAt === b?.createdAt &&
  a?.updatedAt === b?.updatedAt;

/** BatchGetItem takes 100 keys; the store reads several of them at once. */
const KEYS_AT_ONCE = 1_000;

export const stillThere = async (
  { productId, movements }: ProductSuspect,
  { store, remaining }: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<StockMovement[]> => {
  const found = await inBatches(movements, { size: KEYS_AT_ONCE, atOnce: 1 }, (some) =>
    store.getMovements(some, remaining),
  );
  return found.flat().filter((movement) => movement.productId === productId);
};

const PER_PAGE = 1_000;

/** The movements of a product since this time that the index tells of, if they still exist. */
export const movementsSince = async (
  productId: string,
  since: string,
  { store, remaining }: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<StockMovement[]> => {
  const found: StockMovement[] = [];
  let after: IndexPosition | undefined;
  do {
    const page = await store.movementsOfProduct(productId, { limit: PER_PAGE, after, remaining });
    found.push(...page.items.filter(({ createdAt }) => createdAt >= since));
    const oldest = page.items.at(-1)?.createdAt;
    after = oldest !== undefined && oldest >= since ? page.next : undefined;
  } while (after);
  return found.length === 0 ? [] : store.getMovements(found, remaining);
};

/**
 * Units of a product that orders hold. An order's units change only with a movement, so a first look
 * believes the scan about the orders that have not moved it since.
 */
const unitsHeld = async (
  { productId, held }: ProductSuspect,
  later: readonly StockMovement[],
  isThorough: boolean,
  { store, remaining }: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<number> => {
  const moved = new Set(later.flatMap(({ orderId }) => orderId ?? []));
  const read = new Set([...moved, ...(isThorough ? held.keys() : [])]);
  let total = 0;
  for (const [orderId, units] of held) if (!read.has(orderId)) total += units;
  const orders = read.size > 0 ? await store.getOrders([...read], remaining) : [];
  for (const [, order] of orders) {
    if (order instanceof Error) throw order;
    const line = order.items.find((one) => one.productId === productId);
    total += line?.reservedQuantity ?? 0;
  }
  return total;
};
