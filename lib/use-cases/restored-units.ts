import type { ProductQuantity } from '../domain/stock-movement.ts';
import { type CancellationResult, type LedgerPorts, restoredUnits } from './cancel-orders.ts';

type Done = Extract<CancellationResult, { outcome: 'cancelled' | 'already_cancelled' }>;

/** What became of a cancellation, with the units that came back; the same however often it is told. */
export type ToldCancellation =
  | (Omit<Done, 'restored'> & { readonly restored: readonly ProductQuantity[] })
  | Exclude<CancellationResult, Done>;

/** Finds out what a cancellation gave back, from the ledger where the result does not know. */
export const withRestoredUnits = async (
  result: CancellationResult,
  ports: LedgerPorts,
): Promise<ToldCancellation> => {
  switch (result.outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return { ...result, restored: await restoredUnits(result, ports) };
    default:
      return result;
  }
};
