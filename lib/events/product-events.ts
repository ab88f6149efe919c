/** Which difference between two states of a product is which event. */
import type { Product } from '../domain/product.ts';

/** A product before and after one commit; without `before`, the commit created it. */
export type ProductChange = { readonly before?: Product | undefined; readonly after: Product };

type ProductEventRule = {
  readonly summary: string;
  readonly happened: (change: ProductChange) => boolean;
};

/** A product that does not exist has nothing available. */
const isInStock = (product: Product | undefined): boolean =>
  product !== undefined && product.availableQuantity > 0;

/**
 * As for orders: the first rule that is met gives the event. A product that is retired and deleted
 * gives none, whatever is left of it.
 */
export const PRODUCT_EVENTS = {
  'product.back_in_stock': {
    summary: 'A product has units available, and had none',
    happened: ({ before, after }) => !isInStock(before) && isInStock(after),
  },
  'product.out_of_stock': {
    summary: 'A product has no units available any more',
    happened: ({ before, after }) => isInStock(before) && !isInStock(after),
  },
} as const satisfies Record<string, ProductEventRule>;

export type ProductEventType = keyof typeof PRODUCT_EVENTS;

const TYPES = Object.keys(PRODUCT_EVENTS) as ProductEventType[];

/** What has happened to a product; undefined if it is nothing that others need to know. */
export const productEventType = (change: ProductChange): ProductEventType | undefined =>
  TYPES.find((type) => PRODUCT_EVENTS[type].happened(change));
