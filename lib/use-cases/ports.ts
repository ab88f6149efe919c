import type { CancellationRequest } from '../domain/cancellation.ts';
import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { Change, CommitResult } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Product } from '../domain/product.ts';
import type { MovementType, StockMovement } from '../domain/stock-movement.ts';
import type { Capacity } from '../group-commit/pack.ts';
import type { Runtime } from '../runtime.ts';
import type { TimeBudget } from '../time-budget.ts';

/** What use cases need from outside. */
export type Ports = {
  readonly store: Store;
  readonly remaining: TimeBudget;
  readonly runtime: Runtime;
};

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
 * - `maxAtProducts`: the same for conflicts that were at none of the orders; no limit if absent.
 * - `writeId`: the unique id of the commit; a new one if absent. The commit writes it on every
 *   order and movement.
 */
export type CommitOptions = {
  readonly maxConflicts?: number;
  readonly maxAtProducts?: number;
  readonly writeId?: string;
};

/** A page of a list, and where the next page begins; without `next`, this was the last page. */
export type Page<T, Position> = { readonly items: readonly T[]; readonly next?: Position };

/** How far a list by product or by status was read. Only the store interprets it. */
export type IndexPosition = {
  readonly until: string;
  readonly given: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type ProductPosition = Pick<Product, 'id'>;

export type MovementKey = Pick<StockMovement, 'referenceId' | 'entry'>;

/** Which page of a list of movements, and of which type; of all types if absent. */
export type MovementsReading<Position> = {
  readonly limit: number;
  readonly movementType?: MovementType | undefined;
  readonly after?: Position | undefined;
};

/**
 * The stored shop. Reads are strongly consistent, except the lists by product, by status and of due
 * orders: their indexes are eventually consistent.
 *
 * A read with a time budget retries transient errors, and throws the last one when the time is up.
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
  getOrder(id: string, remaining?: TimeBudget): Promise<Order | undefined>;
  /** The orders that exist, by id; for an order whose row is damaged, the error. */
  getOrders(ids: readonly string[], remaining: TimeBudget): Promise<Map<string, Order | Error>>;
  /** A page of the orders that have one of these statuses, by `statusSince`, newest first. */
  ordersByStatus(
    statuses: readonly OrderStatus[],
    reading: {
      readonly limit: number;
      readonly after?: IndexPosition | undefined;
      readonly remaining: TimeBudget;
    },
  ): Promise<Page<Order, IndexPosition>>;
  /** Ids of the orders that were due by this time, in pages. */
  ordersDue(by: string, remaining: TimeBudget): AsyncIterable<readonly string[]>;
  getProduct(id: string): Promise<Product | undefined>;
  /** A product that is retired and whose row still exists. */
  getRetiredProduct(id: string, remaining: TimeBudget): Promise<Product | undefined>;
  /** A page of all products, in an arbitrary but stable sequence. */
  listProducts(reading: {
    readonly limit: number;
    readonly after?: ProductPosition | undefined;
  }): Promise<Page<Product, ProductPosition>>;
  getMovement(key: MovementKey, remaining?: TimeBudget): Promise<StockMovement | undefined>;
  /** A page of one product's movements, newest first. */
  movementsOfProduct(
    productId: string,
    reading: MovementsReading<IndexPosition>,
  ): Promise<Page<StockMovement, IndexPosition>>;
  /** A page of the movements of these causes, cause by cause. */
  movementsOfReferences(
    referenceIds: readonly string[],
    reading: MovementsReading<MovementKey>,
  ): Promise<Page<StockMovement, MovementKey>>;
  /** All movements of these causes, cause by cause. */
  readMovementsOfReferences(referenceIds: readonly string[]): AsyncIterable<StockMovement>;
  getBatch(id: string): Promise<CancellationBatch | undefined>;
};

/** The cancellation queue, as its senders see it. */
export type CancellationQueue = {
  /**
   * Sends once, and resends while there is time.
   *
   * @throws Error when some messages could not be sent; the others may have been sent
   */
  send(requests: readonly CancellationRequest[], remaining: TimeBudget): Promise<void>;
};
