import type { Capacity } from '../commit/pack.ts';
import type { TimeBudget } from '../dynamodb/backoff.ts';
import { MAX_TRANSACTION_ACTIONS, MAX_TRANSACTION_BYTES } from '../dynamodb/limits.ts';
import type { Store } from '../dynamodb/store.ts';
import type { CancellationQueue } from '../sqs/cancellation-queue.ts';

/** An order takes one action, and each of its lines two: the product's counters and the movement. */
export const LINES_PER_TRANSACTION = Math.floor((MAX_TRANSACTION_ACTIONS - 1) / 2);

/**
 * Movements that one transaction deletes: one action makes sure that the order or the product they
 * belong to is still the same one.
 */
export const MOVEMENTS_PER_TRANSACTION = MAX_TRANSACTION_ACTIONS - 1;

export const TRANSACTION_CAPACITY: Capacity = {
  actions: MAX_TRANSACTION_ACTIONS,
  bytes: MAX_TRANSACTION_BYTES,
};

/** What use cases need of the world. */
export type Ports = {
  readonly store: Store;
  /** Milliseconds that may still be spent. */
  readonly remaining: TimeBudget;
  readonly now?: () => Date;
  /**
   * Where to leave word before work that takes several transactions, so that somebody finishes it
   * if we do not live to. Not needed by those who are sure to be called again.
   */
  readonly queue?: Pick<CancellationQueue, 'finishLater'>;
};

export const systemClock = (): Date => new Date();
