import type { Order } from '../domain/order.ts';
import type { Decision, Rejected, Settled, Step } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { Receipt } from './plan.ts';

/** An order, and how its next step is decided. */
export type Task<Why> = {
  readonly order: Order;
  readonly decide: (order: Order, at: string) => Decision<Why>;
};

/**
 * What became of a task. `order` is the order as it is now. `drift` counts units that it held but
 * that could not be given back, see `Receipt`.
 *
 * - `settled`: there is nothing left to do. `here` says whether it was this run that took the
 *   decisive step, so that nobody is told of another's success as of his own. `movements` are all
 *   those of it; they are absent where others did part of the work, and then only the ledger knows.
 * - `rejected`: it cannot be done, and why.
 * - `not_found`: there is no such order any more.
 * - `unfinished`: the time ran out. Nothing is lost: any later request resumes the work.
 * - `failed`: an error that nobody foresaw. It concerns this order alone.
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

/** Where one task has got to. */
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

  /** Whether it has not come to an end; it may have failed for now. */
  get isUndone(): boolean {
    return this.#end === undefined;
  }

  /** Decides its next step. Where there is none it has ended, or deciding has failed. */
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

  /** Takes in that a step of this run took effect, now or earlier than what is known of the order. */
  take({ decisive, order }: Step, { movements, drift }: Receipt): void {
    this.#isDecidedHere ||= decisive;
    this.#movements = [...this.#movements, ...movements];
    this.#drift += drift;
    if (isSameOrder(order, this.#order) && order.version > this.#order.version) this.#order = order;
    else this.#isShared = true;
  }

  /** Takes the order as a failed condition found it, so that the next decision is about that. */
  lookAgain(found: Order | undefined): void {
    const isSame = found !== undefined && isSameOrder(found, this.#order);
    if (isSame && found.version === this.#order.version && hasSameWriter(found, this.#order))
      return;
    this.#isShared ||= this.#isDecidedHere;
    // What was done to one order is not done again to another that is given its id.
    if (!found || (this.#isDecidedHere && !isSame)) this.#end = { type: 'not_found' };
    else this.#order = found;
  }

  /** It failed for now: it may be decided about once more, and then fail or not. */
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
      // It was done, wherever others have taken the order since.
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

/** Two orders that were placed in the same millisecond are told apart by who wrote them. */
const hasSameWriter = (one: Order, other: Order): boolean =>
  one.writeId === undefined || other.writeId === undefined || one.writeId === other.writeId;

const isSameOrder = (one: Order, other: Order): boolean => one.createdAt === other.createdAt;
