import { ledgerHas } from '../domain/laws/law-check.ts';
import {
  checkGoneProduct,
  checkLedger,
  emptyProductBook,
  enterInProductBook,
  type ProductBook,
  type ProductFacts,
} from '../domain/laws/product-laws.ts';
import type { Books, ProductRecord } from './books.ts';
import { type BookedMovement, MOST_MOVEMENTS, type ProductSuspect } from './product-suspect.ts';
import type { SpillPart } from './spill.ts';

/**
 * Compares the products of one part of the books with their movements and the orders that hold them.
 * For the orders, it notes the products of which the ledger tells nothing any more.
 *
 * @returns the products that look wrong, with all that the scan saw of them
 */
export const compareProducts = async (
  part: SpillPart<ProductRecord>,
  { orders }: Pick<Books, 'orders'>,
): Promise<ProductSuspect[]> => {
  const entries = new Map<string, { product?: ProductFacts; readonly book: ProductBook }>();
  for await (const record of part.records()) {
    const [id] = record;
    const entry = entries.get(id) ?? { book: emptyProductBook() };
    entries.set(id, entry);
    switch (record[1]) {
      case 'product':
        entry.product = record[2];
        break;
      case 'line': {
        const [, , orderId, held, since] = record;
        entry.book.held += held;
        if (!ledgerHas(entry.product, since)) orders.add([orderId, 'notInLedger', id]);
        break;
      }
      case 'movement': {
        const [, , , , stockDelta, reservedDelta] = record;
        enterInProductBook(entry.book, { stockDelta, reservedDelta });
      }
    }
    await orders.settle();
  }
  const suspects = new Map<string, Gathering>();
  for (const [id, { product, book }] of entries) {
    const isWrong = product ? checkLedger(product, book) : checkGoneProduct(id, book);
    if (isWrong.length > 0) suspects.set(id, gathering(id, product, book));
  }
  if (suspects.size > 0) await gather(part, suspects);
  return [...suspects.values()];
};

export type Gathering = ProductSuspect & {
  readonly movements: BookedMovement[];
  readonly held: Map<string, number>;
  isTooLarge: boolean;
};

export const gathering = (
  productId: string,
  product: ProductFacts | undefined,
  book: ProductBook,
): Gathering => ({ productId, product, book, movements: [], held: new Map(), isTooLarge: false });

/** Reads the part once more, for the suspects only: to keep all movements of all products would be
 * too much. */
export const gather = async (
  part: SpillPart<ProductRecord>,
  suspects: ReadonlyMap<string, Gathering>,
): Promise<void> => {
  for await (const record of part.records()) {
    const suspect = suspects.get(record[0]);
    if (!suspect) continue;
    if (record[1] === 'line') {
      const [, , orderId, units] = record;
      suspect.held.set(orderId, units);
    } else if (record[1] === 'movement') {
      const [, , referenceId, entry, stockDelta, reservedDelta, createdAt] = record;
      if (suspect.movements.length >= MOST_MOVEMENTS) suspect.isTooLarge = true;
      else suspect.movements.push({ referenceId, entry, stockDelta, reservedDelta, createdAt });
    }
  }
};
