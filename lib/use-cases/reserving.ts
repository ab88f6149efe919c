import type { Change, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import type { Ports } from './ports.ts';
import { readProducts } from './read-products.ts';

/** A product with fewer available units than a request needs. */
export type Shortage = {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
};

/** Why products cannot be reserved. Each names all such products. */
export type Unavailable =
  | {
      readonly outcome: 'product_not_found' | 'product_closed';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] };

/** The changes by which an order reserves the units of these movements. */
export const reserving = (
  {
    isNew = false,
    order,
    movements,
  }: {
    readonly isNew?: boolean;
    readonly order: Order;
    readonly movements: readonly StockMovement[];
  },
  at: string,
): Change[] => [
  { type: isNew ? 'create-order' : 'update-order', order },
  ...movements.map(
    ({ productId, stockDelta, reservedDelta }): Change => ({
      type: 'move-stock',
      productId,
      stockDelta,
      reservedDelta,
      movements: 1,
      at,
    }),
  ),
  ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
];

/** Checked before the stock: a retry of a placed order must not be answered with a shortage. */
export const isAboutOrder = (
  refusal: Refusal,
): refusal is Extract<Refusal, { type: 'create-order' | 'update-order' }> =>
  refusal.type === 'create-order' || refusal.type === 'update-order';

export const isSameVersion = (found: Order, standing: Order | undefined): boolean =>
  found.version === standing?.version && found.writeId === standing.writeId;

/** Units that an order needs of a product, and the product; absent if it does not exist. */
type Need = {
  readonly productId: string;
  readonly requested: number;
  readonly product?: Product | undefined;
};

const needOf = (refusal: Refusal): Need[] =>
  refusal.type === 'move-stock'
    ? [
        {
          productId: refusal.productId,
          requested: refusal.reservedDelta,
          product: refusal.found,
        },
      ]
    : [];

/**
 * Why a refused commit could not reserve its units; undefined if no product is the cause.
 *
 * @param later what later steps would have reserved. They were not tried, and the caller is told of
 *   every product that is short or closed
 */
export const explainRefusal = async (
  refusals: readonly Refusal[],
  later: readonly ProductQuantity[],
  ports: Ports,
): Promise<Unavailable | undefined> => {
  const products = await readProducts(
    later.map(({ productId }) => productId),
    ports,
  );
  const laterNeeds = later.map(
    ({ productId, quantity }, index): Need => ({
      productId,
      requested: quantity,
      product: products[index],
    }),
  );
  return explain([...refusals.flatMap(needOf), ...laterNeeds]);
};

const explain = (needs: readonly Need[]): Unavailable | undefined => {
  const missing = needs.filter(({ product }) => !product).map(({ productId }) => productId);
  if (missing.length > 0) return { outcome: 'product_not_found', productIds: missing };
  const closed = needs.filter(({ product }) => product?.closed).map(({ productId }) => productId);
  if (closed.length > 0) return { outcome: 'product_closed', productIds: closed };
  const shortages = needs.flatMap(({ productId, requested, product }): Shortage[] => {
    const available = product?.availableQuantity ?? 0;
    return available < requested ? [{ productId, requested, available }] : [];
  });
  return shortages.length > 0 ? { outcome: 'insufficient_stock', shortages } : undefined;
};
