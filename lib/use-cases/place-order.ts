import type { Change, Refusal } from '../domain/change.ts';
import { hasSameLines, type NewOrder, type Order, placeOrder as place } from '../domain/order.ts';
import type { TimeBudget } from '../dynamodb/backoff.ts';
import type { Store } from '../dynamodb/store.ts';

/** A product that has less to give than an order asks for, in units. */
export type Shortage = {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
};

/**
 * - `placed`: the order holds everything it asks for.
 * - `already_placed`: it was placed before with the same lines; `order` is what it is now.
 * - `order_exists`: the id belongs to another order.
 * - `product_not_found`, `insufficient_stock`: nothing was reserved.
 * - `unfinished`: the time ran out; asking again with the same id is safe.
 */
export type PlaceOrderResult =
  | { readonly outcome: 'placed' | 'already_placed'; readonly order: Order }
  | { readonly outcome: 'order_exists' | 'unfinished' }
  | { readonly outcome: 'product_not_found'; readonly productIds: readonly string[] }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] };

type Ports = {
  readonly store: Pick<Store, 'commit'>;
  readonly remaining: TimeBudget;
  readonly now?: () => Date;
};

/** Places an order: reserves every line of it, or nothing. */
export const placeOrder = async (
  request: NewOrder,
  { store, remaining, now = () => new Date() }: Ports,
): Promise<PlaceOrderResult> => {
  const at = now().toISOString();
  const { order, movements } = place(request, at);
  const changes: Change[] = [
    { type: 'create-order', order },
    ...movements.map(
      ({ productId, stockDelta, reservedDelta }): Change => ({
        type: 'move-stock',
        productId,
        stockDelta,
        reservedDelta,
        at,
      }),
    ),
    ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
  const result = await store.commit(changes, remaining);
  switch (result.type) {
    case 'committed':
      return { outcome: 'placed', order };
    case 'exhausted':
      return { outcome: 'unfinished' };
    case 'refused':
      return explain(result.refusals, request);
  }
};

/** An id that is taken weighs more than missing goods: a repeated order must not be told of stock. */
const explain = (refusals: readonly Refusal[], request: NewOrder): PlaceOrderResult => {
  const productIds: string[] = [];
  const shortages: Shortage[] = [];
  for (const refusal of refusals) {
    if (refusal.type === 'create-order' && refusal.found) {
      return hasSameLines(refusal.found, request.items)
        ? { outcome: 'already_placed', order: refusal.found }
        : { outcome: 'order_exists' };
    }
    if (refusal.type !== 'move-stock') continue;
    const { productId, reservedDelta, found } = refusal;
    if (!found) productIds.push(productId);
    else {
      shortages.push({ productId, requested: reservedDelta, available: found.availableQuantity });
    }
  }
  if (productIds.length > 0) return { outcome: 'product_not_found', productIds };
  if (shortages.length > 0) return { outcome: 'insufficient_stock', shortages };
  // Only the ledger objects: this id has moved stock before.
  return { outcome: 'order_exists' };
};
