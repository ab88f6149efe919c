import { restoredByWhole } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import type { CancellationResult } from './cancel-orders.ts';
import type { Ports, Store } from './ports.ts';

type Done = Extract<CancellationResult, { outcome: 'cancelled' | 'already_cancelled' }>;

/**
 * How a cancellation ended, with the units that came back; the same for the first call and a retry.
 */
export type ToldCancellation =
  | (Omit<Done, 'restored'> & { readonly restored: readonly ProductQuantity[] })
  | Exclude<CancellationResult, Done>;

/**
 * Adds the units that a cancellation gave back; reads the ledger if the order does not tell them.
 */
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

/** The ports that a read of the ledger needs. */
type LedgerPorts = Pick<Ports, 'remaining'> & {
  readonly store: Pick<Store, 'movementsOfReferences'>;
};

/**
 * The units that a cancellation gave back, in the sequence of the order's lines. The order tells
 * them, so a retry gets exactly the answer that the first call got, whatever has become of the
 * products. The ledger is read for an order that does not tell: no cancellation of the whole order
 * gave anything back, or it began before orders had `restoredQuantities`.
 */
export const restoredUnits = async (
  { order }: { readonly order: Order },
  { store, remaining }: LedgerPorts,
): Promise<ProductQuantity[]> => {
  const told = restoredByWhole(order);
  if (told) return told;
  const { items } = await store.movementsOfReferences([references.cancellation(order)], {
    limit: order.items.length,
    remaining,
  });
  return unitsRestored(order, items);
};

/**
 * The units of these movements that went back on the shelf, in the sequence of the order's lines.
 */
export const unitsRestored = (
  order: Order,
  movements: readonly StockMovement[],
): ProductQuantity[] => {
  const quantities = new Map(
    movements
      .filter(({ movementType }) => movementType === 'restoration')
      .map(({ productId, quantity }) => [productId, quantity]),
  );
  return order.items.flatMap(({ productId }) => {
    const quantity = quantities.get(productId);
    return quantity === undefined ? [] : [{ productId, quantity }];
  });
};
