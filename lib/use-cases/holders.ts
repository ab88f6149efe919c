import { inBatches } from '../batches.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import { causes } from '../domain/references.ts';
import { entryOf, type StockMovement } from '../domain/stock-movement.ts';
import type { IndexPosition, Page, PlacedPage, Ports } from './ports.ts';

/** An order that holds units of a product, and its place in the walk. */
export type Holding = {
  readonly order: Order;
  readonly reservedQuantity: number;
  readonly position: IndexPosition;
};

/** - `next`: where the walk goes on; absent at its end. */
export type HoldingBatch = {
  readonly holdings: readonly Holding[];
  readonly next?: IndexPosition;
};

export type Walk = {
  readonly after?: IndexPosition | undefined;
  /** Reservations that are read for a batch. */
  readonly size?: number;
};

/** As many as group commit packs at once. */
const USUAL_SIZE = 1_000;

/** Reads of movements in flight at the same time. */
const AT_ONCE = 25;

type Reads = Pick<Ports, 'store' | 'remaining'>;

/**
 * Walks through the orders that hold units of a product, along its reservations in the ledger, newest
 * first. The index that finds them lags behind, and orders come and go meanwhile; only the product's
 * `reservedQuantity` tells whether the walk has found all. Orders are read (strongly consistent)
 * when their batch is. Each of them is found at its newest reservation only, so never twice.
 *
 * Orders whose row is damaged are left out.
 *
 * @throws TimeIsUpError when the time ran out
 */
export async function* holdersOf(
  productId: string,
  { store, remaining }: Reads,
  { after: begin, size = USUAL_SIZE }: Walk = {},
): AsyncGenerator<HoldingBatch> {
  let after = begin;
  do {
    const page = await store.movementsOfProduct(productId, {
      limit: size,
      movementType: 'reservation',
      after,
      remaining,
    });
    const holdings = await holdingsAt(page, { store, remaining });
    yield { holdings, ...(page.next && { next: page.next }) };
    after = page.next;
  } while (after);
}

/** The orders that hold units, of those whose newest reservation is among these. */
const holdingsAt = async (
  { items, places }: PlacedPage<StockMovement, IndexPosition>,
  ports: Reads,
): Promise<Holding[]> => {
  const ids = items.flatMap(({ orderId }) => orderId ?? []);
  const orders = await ports.store.getOrders(ids, ports.remaining);
  const reservations = items.map((one, index) => ({ one, position: places[index] }));
  const found = await inBatches(reservations, { size: 1, atOnce: AT_ONCE }, async ([each]) => {
    const { one, position } = each ?? {};
    const order = one?.orderId === undefined ? undefined : orders.get(one.orderId);
    if (!one || !position || !order || order instanceof Error) return [];
    const line = order.items.find(({ productId }) => productId === one.productId);
    const reservedQuantity = line?.reservedQuantity ?? 0;
    const isHeldHere = reservedQuantity > 0 && (await isNewest(one, order, ports));
    return isHeldHere ? [{ order, reservedQuantity, position }] : [];
  });
  return found.flat();
};

/**
 * Whether this is the newest reservation that the order has of its product. Nearly every order has
 * one; more only if its cancellation was taken back, or if it was repaired. A movement that is older
 * than its order may be of an earlier order with the same id, which the index still shows.
 */
const isNewest = async (
  reservation: StockMovement,
  order: Order,
  { store, remaining }: Reads,
): Promise<boolean> => {
  const referenceIds = order.movementReferences.filter(causes.isReservation);
  const isOnly = referenceIds.length <= 1 && reservation.createdAt >= order.createdAt;
  if (isOnly) return true;
  const entry = entryOf('reservation', reservation.productId);
  const all = await inBatches(referenceIds, { size: 1, atOnce: AT_ONCE }, ([referenceId = '']) =>
    store.getMovement({ referenceId, entry }, remaining),
  );
  const [newest] = all.flatMap((one) => one ?? []).sort(newestFirst);
  return (
    newest?.referenceId === reservation.referenceId && newest.createdAt === reservation.createdAt
  );
};

/** Newest first, and of the same time always the same one. */
const newestFirst = (a: StockMovement, b: StockMovement): number => {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.referenceId < b.referenceId ? -1 : 1;
};

/** What a list tells of an order that holds units of a product. */
export type Holder = {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly reservedQuantity: number;
};

/** - `found`: units that the pages up to here have listed. */
export type HolderPosition = IndexPosition & { readonly found: number };

type HoldersReading = {
  readonly limit: number;
  readonly after?: HolderPosition | undefined;
  readonly fits?: ((holder: Holder) => boolean) | undefined;
};

/** A page ends after so many batches, even if it is empty: most reservations may be of old orders. */
const MOST_BATCHES = 10;
const SMALLEST_BATCH = 25;

/**
 * A page of the orders that hold units of a product. The list ends as soon as it has listed as many
 * units as the product has reserved: by the law of holdings, these are all, if nothing has moved since
 * the first page. If something has, the sum may differ; then the list ends at the end of the ledger.
 *
 * @returns undefined when the product does not exist
 * @throws TimeIsUpError when the time ran out
 */
export const listHolders = async (
  productId: string,
  { limit, after, fits = () => true }: HoldersReading,
  { store, remaining }: Reads,
): Promise<Page<Holder, HolderPosition> | undefined> => {
  const items: Holder[] = [];
  // Read after the orders, so that what they have reserved meanwhile is in the sum and in the counter.
  const reserved = async () => (await store.getProduct(productId, remaining))?.reservedQuantity;
  const end = async (next: HolderPosition | undefined) =>
    next && (await reserved()) !== next.found ? { items, next } : { items };
  let found = after?.found ?? 0;
  const before = await reserved();
  if (before === undefined) return undefined;
  if (before === found) return { items };

  const walk = { after, size: Math.max(limit, SMALLEST_BATCH) };
  let position = after;
  let batches = 0;
  for await (const { holdings, next } of holdersOf(productId, { store, remaining }, walk)) {
    for (const { order, reservedQuantity, position: at } of holdings) {
      const holder = { orderId: order.id, status: order.status, reservedQuantity };
      const hasRoom = items.length < limit && fits(holder);
      if (items.length > 0 && !hasRoom) return end(position);
      items.push(holder);
      found += reservedQuantity;
      position = { ...at, found };
    }
    position = next && { ...next, found };
    batches += 1;
    if (items.length === limit || batches === MOST_BATCHES) return end(position);
    if ((await reserved()) === found) break;
  }
  return { items };
};
