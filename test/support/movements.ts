/** Ledger entries, made by hand. */
import { references } from '../../lib/domain/references.ts';
import {
  type ProductQuantity,
  release,
  type StockMovement,
} from '../../lib/domain/stock-movement.ts';

/** Units that a cancelled order gave back, of which its product's counter gave `released`. */
export const restoration = (
  orderId: string,
  unit: ProductQuantity,
  released: number,
  at: string,
): StockMovement =>
  release(
    orderId,
    {
      referenceId: references.cancellation({ id: orderId, round: 1 }),
      movementType: 'restoration',
    },
    unit,
    { reserved: released, stock: 0 },
    at,
  );
