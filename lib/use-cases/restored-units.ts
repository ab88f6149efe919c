import type { ProductQuantity } from '../domain/stock-movement.ts';
import { type CancellationResult, restoredUnits } from './cancel-orders.ts';
import type { Store } from './ports.ts';

type Done = Extract<CancellationResult, { outcome: 'cancelled' | 'already_cancelled' }>;

/**
 * How a cancellation ended, with the units that came back; the same for the first call and a retry.
 */
export type ToldCancellation =
  | (Omit<Done, 'restored'> & { readonly restored: readonly ProductQuantity[] })
  | Exclude<CancellationResult, Done>;

/**
 * Adds the units that a cancellation gave back; reads the ledger if the result does not have them.
 */
export const withRestoredUnits = async (
  result: CancellationResult,
  store: Pick<Store, 'movementsOfReferences'>,
): Promise<ToldCancellation> => {
  switch (result.outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return { ...result, restored: await restoredUnits(result, store) };
    default:
      return result;
  }
};
