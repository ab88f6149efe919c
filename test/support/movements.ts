/** Stock movements, made by hand. */
import { references } from '../../lib/domain/references.ts';
import {
  type ProductQuantity,
  release,
  type StockMovement,
} from '../../lib/domain/stock-movement.ts';

/** The restoration of a cancelled order, by which the counter of the product fell by `released`. */
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
