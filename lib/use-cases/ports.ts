import type { CancellationRequest } from '../domain/cancellation.ts';
import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { Change, CommitResult } from '../domain/change.ts';
import type { Order, OrderStatus } from '../domain/order.ts';
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
  /**
   * Where to leave word before work that takes several transactions, so that somebody finishes it
   * if we do not live to. Not needed by those who are sure to be called again.
   */
  readonly queue?: Pick<CancellationQueue, 'finishLater'>;
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
 * Movements that one commit deletes: one action makes sure that the order or the product they
 * belong to is still the same one.
 */
export const MOVEMENTS_PER_COMMIT = COMMIT_CAPACITY.actions - 1;

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
   * @param maxConflicts how many conflicts with others to put up with; no limit if absent
   */
  commit(
    changes: readonly Change[],
    remaining: TimeBudget,
    maxConflicts?: number,
  ): Promise<CommitResult>;
  getOrder(id: string, remaining?: TimeBudget): Promise<Order | undefined>;
  /** The orders that exist among these, by id. */
  getOrders(ids: readonly string[], remaining: TimeBudget): Promise<Map<string, Order>>;
  /** A part of the orders that have one of these statuses, newest first. */
  ordersByStatus(
    statuses: readonly OrderStatus[],
    reading: {
      readonly limit: number;
      readonly after?: IndexPosition | undefined;
      readonly remaining: TimeBudget;
    },
  ): Promise<Page<Order, IndexPosition>>;
  /** Ids of pending orders that were placed before a time, in pages. */
  pendingOrdersBefore(before: string): AsyncIterable<string[]>;
  getProduct(id: string): Promise<Product | undefined>;
  /** When a product was retired, if it was and is still there. */
  getRetirement(id: string): Promise<string | undefined>;
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
  /** @throws Error when some messages could not be sent; the others may have been */
  send(requests: readonly CancellationRequest[]): Promise<void>;
  /** Has somebody look after an order in a minute, in case that what follows is interrupted. */
  finishLater(orderId: string): Promise<void>;
};
