import type { CancellationResult } from '../cancel-orders.ts';

/**
 * How one turn at a call-off ended, if nothing failed.
 *
 * - `done`: nobody holds units of the product, or only orders that cannot be cancelled; `left` says
 *   how many these are. One with `upTo` is also done when it has taken so many units.
 * - `reopened`: the product takes new orders again, so somebody has ended the call-off. One with
 *   `upTo` does not close its product, and is not ended by this.
 * - `unknown`: there is no such call-off, or it is too old.
 * - `unfinished`: orders are left, or may be. A later turn goes on. So it does if a turn failed.
 */
export type CallOffEnd =
  | { readonly outcome: 'done'; readonly left: number }
  | { readonly outcome: 'reopened' | 'unknown' | 'unfinished' };

export const unfinished = { outcome: 'unfinished' } as const;

/** Is told how the orders ended that were cancelled together. */
export type Tell = (results: readonly CancellationResult[]) => void;

/** Whether waiting does not help: only somebody else can change that the order is refused. */
export const isRefused = (result: CancellationResult): boolean =>
  result.outcome === 'reference_reused' ||
  (result.outcome === 'not_cancellable' && result.why !== 'being_placed');

/** Whether an order needs no other turn of this call-off. One that is gone holds nothing. */
export const isDealtWith = (result: CancellationResult): boolean =>
  ['cancelled', 'already_cancelled', 'not_found'].includes(result.outcome) || isRefused(result);
