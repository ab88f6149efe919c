import { type Actor, asBegunBy } from '../domain/actor.ts';
import type { Order } from '../domain/order.ts';
import type { Decision, Step } from '../domain/release.ts';

/** An order, the function that decides its next step, and who asked for it. */
export type Task<Why> = {
  readonly order: Order;
  readonly by?: Actor | undefined;
  readonly decide: (order: Order, at: string) => Decision<Why>;
};

/**
 * How a task ended. `order` is the order's latest known state. `drift` counts units that the order
 * held and that the products' counters could not give.
 *
 * - `settled`: nothing is left to do. `here` says whether this run took the decisive step, so that
 *   no caller is told of another caller's success as its own.
 * - `rejected`: it cannot be done, and why.
 * - `not_found`: the order does not exist any more.
 * - `unfinished`: the time ran out. Nothing is lost: a later request or the sweep resumes the work.
 * - `failed`: an unexpected error. It affects this order only.
 */
export type TaskResult<Why> = { readonly drift: number } & (
  | { readonly type: 'settled'; readonly here: boolean; readonly order: Order }
  | { readonly type: 'rejected'; readonly why: Why; readonly order: Order }
  | { readonly type: 'not_found' }
  | { readonly type: 'unfinished' }
  | { readonly type: 'failed'; readonly error: unknown }
);

/** The state of one task: its order, what this run did to it, and how it ended. */
export class Progress<Why> {
  /** Who asked for the task. */
  readonly by: Actor | undefined;
  readonly #decide: Task<Why>['decide'];
  #order: Order;
  /** Whether this run took the decisive step. */
  #isDecidedHere = false;
  #drift = 0;
  #end?: Exclude<Decision<Why>, Step> | { type: 'not_found' } | { type: 'failed'; error: unknown };

  constructor({ order, by, decide }: Task<Why>) {
    this.by = by;
    this.#order = order;
    this.#decide = decide;
  }

  get order(): Order {
    return this.#order;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Decides the next step; undefined if the task has ended, or if deciding has failed. */
  nextStep(at: string): Step | undefined {
    if (this.#end) return undefined;
    try {
      const decision = this.#decide(this.#order, at);
      if (decision.type === 'step') return this.#asBegun(decision);
      this.#end = decision;
    } catch (error) {
      this.fail(error);
    }
    return undefined;
  }

  /** What only catches up belongs to the call that began it. */
  #asBegun(step: Step): Step {
    if (!step.decisive) return step;
    return { ...step, order: { ...step.order, ...asBegunBy(this.by) } };
  }

  /** Records that a step of this run took effect. The known order may already be newer. */
  recordStep({ decisive, order }: Step, writeId: string, drift: number): void {
    this.#isDecidedHere ||= decisive;
    this.#drift += drift;
    const isNewer = isSameOrder(order, this.#order) && order.version > this.#order.version;
    if (isNewer) this.#order = { ...order, writeId };
  }

  /** Replaces the order by what a failed condition found, for the next decision. */
  replaceOrder(found: Order | undefined): void {
    // An id can be used again after a delete: the new order was not part of this request.
    if (found && (!this.#isDecidedHere || isSameOrder(found, this.#order))) this.#order = found;
    else this.#end = { type: 'not_found' };
  }

  fail(error: unknown): void {
    this.#end = { type: 'failed', error };
  }

  result(): TaskResult<Why> {
    const end = this.#end ?? { type: 'unfinished' };
    const order = this.#order;
    const drift = this.#drift;
    const here = this.#isDecidedHere;
    if (end.type === 'unfinished' || end.type === 'failed') return { ...end, drift };
    // Writes of other requests after the decisive step do not change that it is settled.
    if (here || end.type === 'settled') return { type: 'settled', here, order, drift };
    return end.type === 'rejected' ? { ...end, order, drift } : { ...end, drift };
  }
}

const isSameOrder = (one: Order, other: Order): boolean => one.createdAt === other.createdAt;
