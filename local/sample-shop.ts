/** A coffee shop with a few orders to cancel. */
import type { NewOrder, Shop } from './shop-client.ts';

export const SAMPLE_PRODUCTS = [
  { id: 'espresso-beans', name: 'Espresso beans, 1 kg', stockQuantity: 400 },
  { id: 'paper-filters', name: 'Paper filters, 100', stockQuantity: 250 },
  { id: 'burr-grinder', name: 'Burr grinder', stockQuantity: 120 },
  { id: 'pour-over-kettle', name: 'Pour-over kettle', stockQuantity: 80 },
] as const;

/** What one unit costs, in cents. The shop does not know it: only those who take the money do. */
export const SAMPLE_PRICES: Readonly<Record<ProductId, number>> = {
  'espresso-beans': 2_450,
  'paper-filters': 690,
  'burr-grinder': 18_900,
  'pour-over-kettle': 7_500,
};

type ProductId = (typeof SAMPLE_PRODUCTS)[number]['id'];

const order = (id: string, quantities: Partial<Record<ProductId, number>>): NewOrder => ({
  id,
  items: Object.entries(quantities).map(([productId, quantity]) => ({ productId, quantity })),
});

/**
 * @param run makes the ids unique, because an engine that keeps its data still has earlier orders
 */
export const sampleOrders = (run: string) => ({
  ada: order(`ada-${run}`, { 'espresso-beans': 2, 'paper-filters': 1 }),
  ben: order(`ben-${run}`, { 'espresso-beans': 3 }),
  cleo: order(`cleo-${run}`, { 'espresso-beans': 1, 'burr-grinder': 1 }),
  dora: order(`dora-${run}`, { 'pour-over-kettle': 1 }),
  emil: order(`emil-${run}`, { 'paper-filters': 4, 'burr-grinder': 1 }),
});

/** Creates the products and places the orders. Products that exist already are used as they are. */
export const openSampleShop = async (shop: Shop, orders: readonly NewOrder[]): Promise<void> => {
  await Promise.all(SAMPLE_PRODUCTS.map((product) => shop.createProduct(product)));
  // One after the other, so that the ledger shows the orders in this sequence.
  for (const newOrder of orders) await shop.placeOrder(newOrder);
};
