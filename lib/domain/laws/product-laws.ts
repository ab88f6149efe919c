import type { Product } from '../product.ts';
import type { StockMovement } from '../stock-movement.ts';
import type { Law, Violation } from './violation.ts';

/** What the ledger and the orders say about one product. It grows with no number of movements. */
export type ProductBook = {
  stock: number;
  reserved: number;
  movements: number;
  /** Units that orders hold of it. */
  held: number;
};

export const emptyProductBook = (): ProductBook => ({
  stock: 0,
  reserved: 0,
  movements: 0,
  held: 0,
});

export const enterInProductBook = (
  book: ProductBook,
  { stockDelta, reservedDelta }: Pick<StockMovement, 'stockDelta' | 'reservedDelta'>,
): void => {
  book.stock += stockDelta;
  book.reserved += reservedDelta;
  book.movements += 1;
};

/** What the laws ask of a product's row. */
export type ProductFacts = Pick<
  Product,
  | 'id'
  | 'stockQuantity'
  | 'reservedQuantity'
  | 'availableQuantity'
  | 'movementCount'
  | 'importedAt'
  | 'deletedAt'
  | 'createdAt'
  | 'updatedAt'
>;

type Told = { readonly law: Law; readonly is: string; readonly ought: string };

const ofProduct = (subject: string, told: readonly Told[]): Violation[] =>
  told.map(({ law, is, ought }) => ({ law, of: 'product', subject, is, ought }));

/** Bounds: no counter is negative, and available is on hand minus reserved. */
export const checkBounds = (product: ProductFacts): Violation[] => {
  // The counters of a product that is being deleted have no meaning any more.
  if (product.deletedAt !== undefined) return [];
  const { id, stockQuantity, reservedQuantity, availableQuantity } = product;
  const counters = { stockQuantity, reservedQuantity, availableQuantity };
  const negative = Object.entries(counters).filter(([, value]) => value < 0);
  const told: Told[] = negative.map(([counter, value]) => ({
    law: 'bounds',
    is: `${counter} is ${value}`,
    ought: 'not below 0',
  }));
  const expected = stockQuantity - reservedQuantity;
  if (availableQuantity !== expected) {
    told.push({
      law: 'bounds',
      is: `availableQuantity is ${availableQuantity}`,
      ought: `${expected}: ${stockQuantity} - ${reservedQuantity}`,
    });
  }
  return ofProduct(id, told);
};

/**
 * Ledger and holdings: the counters are the sums of the movements, and what is reserved is what
 * orders hold. Of a product that is being deleted, only the number of movements is checked, because
 * it has lost part of its ledger already.
 */
export const checkLedger = (product: ProductFacts, book: ProductBook): Violation[] => {
  const told: Told[] = [];
  const compare = (law: Law, counter: keyof ProductFacts, ought: number, source: string): void => {
    const is = product[counter];
    if (is !== ought)
      told.push({ law, is: `${counter} is ${is}`, ought: `${ought}, by ${source}` });
  };
  if (product.deletedAt === undefined) {
    compare('ledger', 'stockQuantity', book.stock, 'its movements');
    compare('ledger', 'reservedQuantity', book.reserved, 'its movements');
    compare('holdings', 'reservedQuantity', book.held, 'its orders');
  }
  return [...checkCount(product, book.movements), ...ofProduct(product.id, told)];
};

/** The part of the ledger law that says how many movements there are. */
export const checkCount = (product: ProductFacts, movements: number): Violation[] =>
  product.movementCount === movements
    ? []
    : ofProduct(product.id, [
        {
          law: 'ledger',
          is: `movementCount is ${product.movementCount}`,
          ought: `${movements}, by its ledger`,
        },
      ]);

/**
 * A product without a row has no movement, because nobody would ever find it, and it would stand in
 * the way of a new product of this id. Nor does an order hold any of it.
 */
export const checkGoneProduct = (id: string, book: ProductBook): Violation[] => {
  const told: Told[] = [];
  const is = (what: string): string => `does not exist, and ${what}`;
  if (book.movements > 0) {
    told.push({ law: 'nothing-lost', is: is(`has ${book.movements} movements`), ought: 'none' });
  }
  if (book.held !== 0) {
    told.push({ law: 'holdings', is: is(`orders hold ${book.held}`), ought: 'none is held' });
  }
  return ofProduct(id, told);
};

/** How long the deletion of a product may take, in milliseconds, until it counts as interrupted. */
const DELETED_WITHIN_MS = 15 * 60_000;

/** No sweep resumes the deletion of a product, so it must not be left half done. */
export const checkRetired = ({ id, deletedAt }: ProductFacts, now: Date): Violation[] => {
  const isLeft =
    deletedAt !== undefined && Date.parse(deletedAt) + DELETED_WITHIN_MS < now.getTime();
  return ofProduct(
    id,
    isLeft
      ? [{ law: 'nothing-lost', is: `was retired at ${deletedAt}`, ought: 'deleted by now' }]
      : [],
  );
};
