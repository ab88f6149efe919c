import type { CancellationBatch } from '../../domain/cancellation-batch.ts';
import type { CancellationResult } from '../cancel-orders.ts';

/**
 * How one turn at a call-off ended, if nothing failed.
 *
 * - `done`: nobody holds units of the product, or only orders that cannot be cancelled; `left` says
 *   how many these are. One with `upTo` is also done when it has taken so many units.
 * - `reopened`: somebody has opened the product again, or has deleted it and made another one with
 *   its id. That ends the call-off, also if this product is closed by now. One with `upTo` does not
 *   close its product, and opening it changes nothing.
 * - `over`: it ended at an earlier turn. A message that comes late does nothing.
 * - `unknown`: there is no such call-off, or it is too old.
 * - `unfinished`: orders are left, or may be. A later turn goes on. So it does if a turn failed.
 */
export type CallOffEnd =
  | { readonly outcome: 'done'; readonly left: number }
  | { readonly outcome: 'reopened' | 'over' | 'unknown' | 'unfinished' };

export const unfinished = { outcome: 'unfinished' } as const;

/** Whether a call-off has ended, so that nothing of it may be carried on. */
export const isOver = ({ isOver: is, callOff, taken }: CancellationBatch): boolean =>
  is === true || (callOff?.upTo !== undefined && callOff.upTo === taken?.units);

/** Is told how the orders ended that were cancelled together. */
export type Tell = (results: readonly CancellationResult[]) => void;

/** Whether waiting does not help: only somebody else can change that the order is refused. */
export const isRefused = (result: CancellationResult): boolean =>
  result.outcome === 'reference_reused' ||
  (result.outcome === 'not_cancellable' && result.why !== 'being_placed');

/** Whether an order needs no other turn of this call-off. One that is gone holds nothing. */
export const isDealtWith = (result: CancellationResult): boolean =>
  ['cancelled', 'already_cancelled', 'not_found'].includes(result.outcome) || isRefused(result);
