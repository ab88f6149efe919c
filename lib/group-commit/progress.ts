import type { Order } from '../domain/order.ts';
import type { Decision, Rejected, Settled, Step } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { Receipt } from './plan.ts';

/** An order, and the function that decides its next step. */
export type Task<Why> = {
  readonly order: Order;
  readonly decide: (order: Order, at: string) => Decision<Why>;
};

/**
 * How a task ended. `order` is the order's latest known state. `drift` counts units that the order
 * held but that could not be released, see `Receipt`.
 *
 * - `settled`: nothing is left to do. `here` says whether this run took the decisive step, so that
 *   no caller is told of another caller's success as its own. `movements` are all movements of the
 *   operation; they are absent if another request did part of it, and then only the ledger has
 *   them.
 * - `rejected`: it cannot be done, and why.
 * - `not_found`: the order does not exist any more.
 * - `unfinished`: the time ran out. Nothing is lost: a later request or the sweep resumes the work.
 * - `failed`: an unexpected error. It affects this order only.
 */
export type TaskResult<Why> = { readonly drift: number } & (
  | {
      readonly type: 'settled';
      readonly here: boolean;
      readonly order: Order;
      readonly movements?: readonly StockMovement[];
    }
  | { readonly type: 'rejected'; readonly why: Why; readonly order: Order }
  | { readonly type: 'not_found' }
  | { readonly type: 'unfinished' }
  | { readonly type: 'failed'; readonly error: unknown }
);

/** The state of one task: its order, the steps that this run took, and how it ended. */
export class Progress<Why> {
  readonly #decide: Task<Why>['decide'];
  #order: Order;
  #isDecidedHere = false;
  #isShared = false;
  #movements: readonly StockMovement[] = [];
  #drift = 0;
  #end: Settled | Rejected<Why> | { readonly type: 'not_found' } | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor({ order, decide }: Task<Why>) {
    this.#order = order;
    this.#decide = decide;
  }

  get order(): Order {
    return this.#order;
  }

  /** Whether it has not ended yet. A task that has failed may still be retried. */
  get isUndone(): boolean {
    return this.#end === undefined;
  }

  /** Decides the next step; undefined if the task has ended, or if deciding has failed. */
  nextStep(at: string): Step | undefined {
    if (this.#end) return undefined;
    this.#failure = undefined;
    try {
      const decision = this.#decide(this.#order, at);
      if (decision.type === 'step') return decision;
      this.#end = decision;
    } catch (error) {
      this.fail(error);
    }
    return undefined;
  }

  /**
   * Records that a step of this run took effect. The known order may already be newer than that.
   */
  take({ decisive, order }: Step, { movements, drift }: Receipt): void {
    this.#isDecidedHere ||= decisive;
    this.#movements = [...this.#movements, ...movements];
    this.#drift += drift;
    if (isSameOrder(order, this.#order) && order.version > this.#order.version) this.#order = order;
    else this.#isShared = true;
  }

  /** Replaces the order by what a failed condition found, for the next decision. */
  lookAgain(found: Order | undefined): void {
    const isSame = found !== undefined && isSameOrder(found, this.#order);
    if (isSame && found.version === this.#order.version && hasSameWriter(found, this.#order))
      return;
    this.#isShared ||= this.#isDecidedHere;
    // An id can be used again after a delete: the new order was not part of this request.
    if (!found || (this.#isDecidedHere && !isSame)) this.#end = { type: 'not_found' };
    else this.#order = found;
  }

  /** Records a failure. A retry clears it. */
  fail(error: unknown): void {
    this.#failure = { error };
  }

  result(): TaskResult<Why> {
    const order = this.#order;
    const drift = this.#drift;
    if (!this.#end) {
      const failure = this.#failure;
      return failure ? { type: 'failed', drift, ...failure } : { type: 'unfinished', drift };
    }
    if (this.#isDecidedHere) {
      // This run took the decisive step. Later writes by other requests do not change that.
      const movements = !this.#isShared && { movements: this.#movements };
      return { type: 'settled', here: true, order, ...movements, drift };
    }
    switch (this.#end.type) {
      case 'settled':
        return { type: 'settled', here: false, order, drift };
      case 'rejected':
        return { type: 'rejected', why: this.#end.why, order, drift };
      case 'not_found':
        return { type: 'not_found', drift };
    }
  }
}

/** The write id distinguishes two orders that were placed with one id in the same millisecond. */
const hasSameWriter = (one: Order, other: Order): boolean =>
  one.writeId === undefined || other.writeId === undefined || one.writeId === other.writeId;

const isSameOrder = (one: Order, other: Order): boolean => one.createdAt === other.createdAt;
