import { missingUnits, type Order, type OrderLine } from './order.ts';
import { rulesOf } from './order-status.ts';
import type { Product } from './product.ts';
import { references } from './references.ts';
import { isReleasing } from './release.ts';
import { entryOf, type StockMovement } from './stock-movement.ts';

export type Law = 'ledger' | 'bounds' | 'holdings' | 'once' | 'right-to-stock';

/** One violation of one law; `subject` is the id of a product, an order or a movement. */
export type Violation = { readonly law: Law; readonly subject: string; readonly message: string };

export type Verdict = {
  readonly violations: readonly Violation[];
  /** Ids of orders with an interrupted operation. A later call or the sweep finishes it. */
  readonly unfinished: readonly string[];
};

/**
 * Checks the laws over a whole shop. It takes one row at a time, in any order, so that a shop of
 * any size can be streamed through it:
 *
 * - ledger: a product's counters are the sums of its movements' deltas, and `movementCount` is the
 *   number of its movements. Of a product that is being deleted, only the count is checked.
 * - bounds: no counter is negative, and available is on hand minus reserved.
 * - holdings: what a product has reserved is what orders hold of it.
 * - once: no cause moved a product twice.
 * - right to the stock: every unit of an order is held, shipped or cancelled, exactly once. The
 *   ledger agrees, and no more units are returned than were shipped.
 *
 * The rows have to come from a moment at which no transaction was in flight. Otherwise rows from
 * before and after a transaction are mixed, and look like violations.
 */
export const createLawCheck = () => {
  const products = new Map<string, Product>();
  const ledger = new Map<string, { stock: number; reserved: number; movements: number }>();
  const holdings = new Map<string, number>();
  const heldByLedger = new Map<string, number>();
  const heldByOrder = new Map<string, number>();
  const returnedByLedger = new Map<string, number>();
  const returnedByOrder = new Map<string, number>();
  const seen = new Set<string>();
  const violations: Violation[] = [];
  const unfinished: string[] = [];

  const violate = (law: Law, subject: string, message: string): void => {
    violations.push({ law, subject, message });
  };

  const product = (row: Product): void => {
    products.set(row.id, row);
    if (row.deletedAt !== undefined) return;
    const { id, stockQuantity, reservedQuantity, availableQuantity } = row;
    for (const [counter, value] of Object.entries({
      stockQuantity,
      reservedQuantity,
      availableQuantity,
    })) {
      if (value < 0) violate('bounds', id, `${counter} is ${value}`);
    }
    if (availableQuantity !== stockQuantity - reservedQuantity) {
      violate(
        'bounds',
        id,
        `availableQuantity is ${availableQuantity}, not ${stockQuantity} - ${reservedQuantity}`,
      );
    }
  };

  const order = (row: Order): void => {
    if (isReleasing(row) || row.placing) unfinished.push(row.id);
    const { units, cancellation } = rulesOf(row.status);
    if (units === 'none' && row.items.some((line) => line.reservedQuantity > 0)) {
      violate('right-to-stock', row.id, `is ${row.status} and still holds units`);
    }
    if (row.movementReferences.includes(references.cancellation(row)) && cancellation !== 'done') {
      violate('right-to-stock', row.id, `gave its units back and is ${row.status}`);
    }
    for (const line of row.items) {
      add(holdings, line.productId, line.reservedQuantity);
      heldByOrder.set(pair(row.id, line.productId), line.reservedQuantity);
      returnedByOrder.set(pair(row.id, line.productId), line.returnedQuantity);
      checkLine(row, line);
    }
  };

  const checkLine = ({ id, placing }: Order, line: OrderLine): void => {
    const { productId, quantity, returnedQuantity, ...units } = line;
    const { reservedQuantity, shippedQuantity, cancelledQuantity } = units;
    if (Math.min(reservedQuantity, shippedQuantity, cancelledQuantity, returnedQuantity) < 0) {
      violate('bounds', id, `counts negative units of ${productId}`);
    }
    const missing = missingUnits(line);
    if (placing ? missing < 0 : missing !== 0) {
      violate(
        'right-to-stock',
        id,
        `holds ${reservedQuantity}, shipped ${shippedQuantity} and cancelled ${cancelledQuantity} of ${quantity} ${productId}`,
      );
    }
    if (returnedQuantity > shippedQuantity) {
      violate(
        'right-to-stock',
        id,
        `got ${returnedQuantity} ${productId} back of ${shippedQuantity} shipped`,
      );
    }
  };

  const movement = (row: StockMovement): void => {
    const { referenceId, entry, productId, orderId, movementType, quantity } = row;
    const key = `${referenceId} ${entry}`;
    if (seen.has(key)) violate('once', key, 'is recorded twice');
    seen.add(key);
    if (entry !== entryOf(movementType, productId)) {
      violate('once', key, `is not keyed by ${entryOf(movementType, productId)}`);
    }
    if (quantity === 0) violate('ledger', key, 'moves nothing');
    if (
      movementType === 'reservation' ? quantity > 0 : movementType === 'restoration' && quantity < 0
    ) {
      violate('ledger', key, `is a ${movementType} of ${quantity}`);
    }
    if (Math.abs(row.reservedDelta) > Math.abs(quantity)) {
      violate('ledger', key, `moves ${row.reservedDelta} reserved for ${quantity}`);
    }
    const sums = ledger.get(productId) ?? NO_MOVEMENTS;
    ledger.set(productId, {
      stock: sums.stock + row.stockDelta,
      reserved: sums.reserved + row.reservedDelta,
      movements: sums.movements + 1,
    });
    if (orderId !== undefined) {
      // Reservations count units taken as negative; restorations and what leaves the stock end them.
      // An adjustment that brings units in is a return: they were not held any more.
      const key = pair(orderId, productId);
      if (movementType === 'reservation') add(heldByLedger, key, -quantity);
      else if (movementType === 'restoration' || quantity < 0) {
        add(heldByLedger, key, -Math.abs(quantity));
      } else add(returnedByLedger, key, quantity);
    }
  };

  /** Where orders and the ledger say different things about the units of a product. */
  const compare = (
    what: string,
    byOrder: ReadonlyMap<string, number>,
    byLedger: ReadonlyMap<string, number>,
  ): Violation[] =>
    [...new Set([...byLedger.keys(), ...byOrder.keys()])].flatMap((key) => {
      const [orderId, productId] = key.split(' ') as [string, string];
      const actual = byOrder.get(key) ?? 0;
      const expected = byLedger.get(key) ?? 0;
      const product = products.get(productId);
      // The ledger of a product that is gone, or is being deleted, says nothing any more.
      if (actual === expected || !product || product.deletedAt !== undefined) return [];
      return [
        differs(
          'right-to-stock',
          orderId,
          `what it ${what} of ${productId}`,
          actual,
          'the ledger',
          expected,
        ),
      ];
    });

  const verdict = (): Verdict => {
    const found = [...violations];
    for (const product of products.values()) {
      const { id, stockQuantity, reservedQuantity, movementCount } = product;
      const { stock, reserved, movements } = ledger.get(id) ?? NO_MOVEMENTS;
      if (movements !== movementCount) {
        found.push(differs('ledger', id, 'movementCount', movementCount, 'its ledger', movements));
      }
      // A product that is being deleted has lost part of its ledger already.
      if (product.deletedAt !== undefined) continue;
      if (stock !== stockQuantity) {
        found.push(differs('ledger', id, 'stockQuantity', stockQuantity, 'its movements', stock));
      }
      if (reserved !== reservedQuantity) {
        found.push(
          differs('ledger', id, 'reservedQuantity', reservedQuantity, 'its movements', reserved),
        );
      }
      const held = holdings.get(id) ?? 0;
      if (held !== reservedQuantity) {
        found.push(
          differs('holdings', id, 'reservedQuantity', reservedQuantity, 'its orders', held),
        );
      }
    }
    found.push(...compare('holds', heldByOrder, heldByLedger));
    found.push(...compare('got back', returnedByOrder, returnedByLedger));
    return { violations: found, unfinished: [...unfinished] };
  };

  return { product, order, movement, verdict };
};

const NO_MOVEMENTS = { stock: 0, reserved: 0, movements: 0 };

const pair = (orderId: string, productId: string): string => `${orderId} ${productId}`;

const add = (totals: Map<string, number>, key: string, amount: number): void => {
  totals.set(key, (totals.get(key) ?? 0) + amount);
};

const differs = (
  law: Law,
  subject: string,
  what: string,
  actual: number,
  source: string,
  expected: number,
): Violation => ({
  law,
  subject,
  message: `${what} is ${actual}, but by ${source} it should be ${expected}`,
});
