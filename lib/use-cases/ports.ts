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

/** What use cases need of the world. */
export type Ports = {
  readonly store: Store;
  readonly remaining: TimeBudget;
  readonly runtime: Runtime;
};

/**
 * What one commit may hold: the actions and the bytes of one TransactWriteItems.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const COMMIT_CAPACITY: Capacity = { actions: 100, bytes: 4 * 1024 * 1024 };

/** An order takes one action, and each of its lines two: the product's counters and the movement. */
export const LINES_PER_COMMIT = Math.floor((COMMIT_CAPACITY.actions - 1) / 2);

/**
 * - `maxConflicts`: how many conflicts with others to put up with; no limit if absent. Throttling is
 *   waited out, for as long as there is time.
 * - `maxAtProducts`: the same for conflicts with others who were at none of our orders, and so want
 *   something else; no limit if absent.
 * - `writeId`: the commit's id, which no other commit has; a new one if absent. It is written on
 *   every order and movement that the commit writes.
 */
export type CommitOptions = {
  readonly maxConflicts?: number;
  readonly maxAtProducts?: number;
  readonly writeId?: string;
};

/** Some of a list, and where the next part begins; without `next`, this was the last part. */
export type Page<T, Position> = { readonly items: readonly T[]; readonly next?: Position };

/** Where a list by product or by status has been read to. Only the store knows what it means. */
export type IndexPosition = {
  readonly until: string;
  readonly given: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type ProductPosition = Pick<Product, 'id'>;

export type MovementKey = Pick<StockMovement, 'referenceId' | 'entry'>;

/** How much of a list of movements, from where on, and of which type; of all types if absent. */
export type MovementsReading<Position> = {
  readonly limit: number;
  readonly movementType?: MovementType | undefined;
  readonly after?: Position | undefined;
};

/**
 * The shop as it is kept. Reads see every write that was answered before they began, but for the
 * lists by product and by status, whose indexes lag behind.
 *
 * Whatever takes a time budget throws the last error when the time is up.
 */
export type Store = {
  /**
   * Makes changes, all or nothing.
   *
   * @param changes at most `COMMIT_CAPACITY`, no two about the same item
   */
  commit(
    changes: readonly Change[],
    remaining: TimeBudget,
    options?: CommitOptions,
  ): Promise<CommitResult>;
  getOrder(id: string, remaining?: TimeBudget): Promise<Order | undefined>;
  /** The orders that exist among these, by id; of one whose row is damaged, the error. */
  getOrders(ids: readonly string[], remaining: TimeBudget): Promise<Map<string, Order | Error>>;
  /** A part of the orders that have one of these statuses, those first that came to it last. */
  ordersByStatus(
    statuses: readonly OrderStatus[],
    reading: {
      readonly limit: number;
      readonly after?: IndexPosition | undefined;
      readonly remaining: TimeBudget;
    },
  ): Promise<Page<Order, IndexPosition>>;
  /** Ids of the orders that somebody had to look after by this time, in parts. */
  ordersDue(by: string, remaining: TimeBudget): AsyncIterable<readonly string[]>;
  getProduct(id: string): Promise<Product | undefined>;
  /** A product that was retired and is still there. */
  getRetiredProduct(id: string, remaining: TimeBudget): Promise<Product | undefined>;
  /** A part of all products, in no order that means anything but always the same. */
  listProducts(reading: {
    readonly limit: number;
    readonly after?: ProductPosition | undefined;
  }): Promise<Page<Product, ProductPosition>>;
  getMovement(key: MovementKey): Promise<StockMovement | undefined>;
  /** A part of one product's movements, newest first. */
  movementsOfProduct(
    productId: string,
    reading: MovementsReading<IndexPosition>,
  ): Promise<Page<StockMovement, IndexPosition>>;
  /** A part of the movements of these causes, cause by cause. */
  movementsOfReferences(
    referenceIds: readonly string[],
    reading: MovementsReading<MovementKey>,
  ): Promise<Page<StockMovement, MovementKey>>;
  /** All movements of these causes, cause by cause. */
  readMovementsOfReferences(referenceIds: readonly string[]): AsyncIterable<StockMovement>;
  getBatch(id: string): Promise<CancellationBatch | undefined>;
};

/** The queue of cancellations, for those who put something on it. */
export type CancellationQueue = {
  /**
   * Tries for as long as there is time, and at least once.
   *
   * @throws Error when some messages could not be sent; the others may have been
   */
  send(requests: readonly CancellationRequest[], remaining: TimeBudget): Promise<void>;
};
