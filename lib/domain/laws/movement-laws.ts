import { causes } from '../references.ts';
import { entryOf, type StockMovement } from '../stock-movement.ts';
import type { Law, Violation } from './violation.ts';

/** The name of a movement in reports. */
export const movementName = ({
  referenceId,
  entry,
}: Pick<StockMovement, 'referenceId' | 'entry'>): string => `${referenceId} ${entry}`;

/** The laws that one movement can break alone. */
export const checkMovement = (movement: StockMovement): Violation[] => {
  const { referenceId, entry, productId, orderId, movementType, quantity, reservedDelta } =
    movement;
  const found: Violation[] = [];
  const violate = (law: Law, is: string, ought: string): void => {
    found.push({ law, of: 'movement', subject: movementName(movement), is, ought });
  };
  const key = entryOf(movementType, productId);
  if (entry !== key) violate('once', `is keyed by ${entry}`, `is keyed by ${key}`);
  if (causes.isOfOrders(referenceId) !== (orderId !== undefined)) {
    violate(
      'once',
      `belongs to ${orderId ?? 'no order'}`,
      'belongs to the order that its cause names',
    );
  } else if (orderId !== undefined && !causes.isOf(orderId, referenceId)) {
    violate('once', `belongs to ${orderId}`, 'belongs to the order that its cause names');
  }
  if (quantity === 0) violate('ledger', 'moves nothing', 'moves at least one unit');
  const isReversed =
    movementType === 'reservation' ? quantity > 0 : movementType === 'restoration' && quantity < 0;
  if (isReversed) {
    const sign = movementType === 'reservation' ? 'below' : 'above';
    violate('ledger', `is a ${movementType} of ${quantity}`, `its quantity is ${sign} 0`);
  }
  if (Math.abs(reservedDelta) > Math.abs(quantity)) {
    violate('ledger', `moves ${reservedDelta} reserved`, `moves at most its quantity, ${quantity}`);
  }
  return found;
};
