import type { Actor } from '../domain/actor.ts';
import type { CancellationRequest } from '../domain/cancellation.ts';
import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { Change, CommitResult } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Product } from '../domain/product.ts';
import type { MovementType, StockMovement } from '../domain/stock-movement.ts';
import type { TurnToWrite } from '../group-commit/engine.ts';
import type { Capacity } from '../group-commit/pack.ts';
import type { Runtime } from '../runtime.ts';
import type { TimeBudget } from '../time-budget.ts';

/** What use cases need from outside. */
export type Ports = {
  readonly store: Store;
  readonly remaining: TimeBudget;
  readonly runtime: Runtime;
  /** Who asks. Absent for those who only read. */
  readonly by?: Actor;
  /** Absent for those who write without turns. */
  readonly takeTurn?: TakeTurn;
};

/**
 * Waits for the turn to write groups that move these products, and gives it up in time to be done.
 * Undefined if the groups should be written without a turn. Never rejects.
 */
export type TakeTurn = (
  products: readonly (readonly string[])[],
  remaining: TimeBudget,
) => Promise<TurnToWrite | undefined>;

/**
 * The size limits of one commit: actions and bytes of one TransactWriteItems.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const COMMIT_CAPACITY: Capacity = { actions: 100, bytes: 4 * 1024 * 1024 };

/**
 * An order needs one action, and each of its lines two: the product's counters and the movement.
 */
export const LINES_PER_COMMIT = Math.floor((COMMIT_CAPACITY.actions - 1) / 2);

/**
 * - `maxConflicts`: how many attempts may fail by conflicts; no limit if absent. Throttled attempts
 *   do not count.
 * - `maxProductConflicts`: the same for conflicts that were at none of the orders; no limit if absent.
 * - `writeId`: the unique id of the commit; a new one if absent. The commit writes it on every
 *   order and movement.
 */
export type CommitOptions = {
  readonly maxConflicts?: number;
  readonly maxProductConflicts?: number;
  readonly writeId?: string;
};

/** A page of a list, and where the next page begins; without `next`, this was the last page. */
export type Page<T, Position> = { readonly items: readonly T[]; readonly next?: Position };

/** The same, with the position after each item. */
export type PlacedPage<T, Position> = Page<T, Position> & { readonly places: readonly Position[] };

/**
 * How far a list by product or by status was read. The last item returned was in this partition of
 * the index, with this time and this key. It need not be there any more.
 */
export type IndexPosition = {
  readonly partition: string;
  readonly until: string;
  readonly key: readonly string[];
};

export type ProductPosition = Pick<Product, 'id'>;

export type MovementKey = Pick<StockMovement, 'referenceId' | 'entry'>;

/** After a movement of a cause; without an entry, before the first movement of the cause. */
export type MovementPosition = Pick<StockMovement, 'referenceId'> &
  Partial<Pick<StockMovement, 'entry'>>;

/**
 * Which page of a list. `fits` is called for each item in sequence and returns whether the page can
 * hold it too; the first item always fits. An item that does not fit begins the next page.
 */
export type Reading<T, Position> = {
  readonly limit: number;
  readonly after?: Position | undefined;
  readonly fits?: ((item: T) => boolean) | undefined;
  readonly remaining: TimeBudget;
};

/** The same for a list by time: from a moment on, and before another one. */
export type OrdersReading = Reading<Order, IndexPosition> & {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** The same for a list of movements, of one type or, if absent, of all types. */
export type MovementsReading<Position> = Reading<StockMovement, Position> & {
  readonly movementType?: MovementType | undefined;
};

/**
 * How far an order has come, without its lines. `dueAt` is there while it is between two steps, or
 * while it may expire or waits for the end of its grace.
 */
export type OrderState = Pick<Order, 'id' | 'status' | 'releaseAt' | 'lock' | 'shippedInPart'> & {
  readonly dueAt?: string;
};

/**
 * The stored shop. Reads are strongly consistent, except the lists by product, by status and of due
 * orders: their indexes are eventually consistent.
 *
 * A read retries transient errors. It throws TimeIsUpError, or the last error, when the time is up.
 */
export type Store = {
  /**
   * Makes all changes or none, in one transaction.
   *
   * @param changes at most `COMMIT_CAPACITY`, no two about the same item
   */
  commit(
    changes: readonly Change[],
    remaining: TimeBudget,
    options?: CommitOptions,
  ): Promise<CommitResult>;
  getOrder(id: string, remaining: TimeBudget): Promise<Order | undefined>;
  /** The orders that exist, by id; for an order whose row is damaged, the error. */
  getOrders(ids: readonly string[], remaining: TimeBudget): Promise<Map<string, Order | Error>>;
  /** The same, but of each order only how far it has come. */
  getOrderStates(
    ids: readonly string[],
    remaining: TimeBudget,
  ): Promise<Map<string, OrderState | Error>>;
  /** A page of the orders that have one of these statuses, by `statusSince`, newest first. */
  ordersByStatus(
    statuses: readonly OrderStatus[],
    reading: OrdersReading,
  ): Promise<Page<Order, IndexPosition>>;
  /** Ids of the orders that were due by this time, in pages. */
  ordersDue(by: string, remaining: TimeBudget): AsyncIterable<readonly string[]>;
  getProduct(id: string, remaining: TimeBudget): Promise<Product | undefined>;
  /** A product that is retired and whose row still exists. */
  getRetiredProduct(id: string, remaining: TimeBudget): Promise<Product | undefined>;
  /** A page of all products, in an arbitrary but stable sequence. */
  listProducts(reading: Reading<Product, ProductPosition>): Promise<Page<Product, ProductPosition>>;
  getMovement(key: MovementKey, remaining: TimeBudget): Promise<StockMovement | undefined>;
  /** A page of one product's movements, newest first; of one type, it may be short or empty. */
  movementsOfProduct(
    productId: string,
    reading: MovementsReading<IndexPosition>,
  ): Promise<PlacedPage<StockMovement, IndexPosition>>;
  /** A page of the movements of these causes, cause by cause; it may be short or empty. */
  movementsOfReferences(
    referenceIds: readonly string[],
    reading: MovementsReading<MovementPosition>,
  ): Promise<Page<StockMovement, MovementPosition>>;
  /** All movements of these causes, cause by cause. */
  readMovementsOfReferences(
    referenceIds: readonly string[],
    remaining: TimeBudget,
  ): AsyncIterable<StockMovement>;
  getBatch(id: string, remaining: TimeBudget): Promise<CancellationBatch | undefined>;
};

/** The cancellation queue, as its senders see it. */
export type CancellationQueue = {
  /**
   * Sends once, and resends while there is time.
   *
   * @throws Error when some messages could not be sent; the others may have been sent
   */
  send(requests: readonly CancellationRequest[], remaining: TimeBudget): Promise<void>;
  /** The same for a call-off, which goes where its write-offs go. */
  sendCallOff(
    callOff: { readonly batchId: string; readonly restock?: boolean | undefined },
    remaining: TimeBudget,
  ): Promise<void>;
};
