import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listProductOrders as operation } from '../lib/http/operations/list-product-orders.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { type Holder, listHolders } from '../lib/use-cases/holders.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { productId }, query: { limit, cursor }, remaining }) => {
    const asIs = (holder: Holder) => holder;
    return listResponse(
      `products/${productId}/orders`,
      cursor,
      Positions.holder,
      asIs,
      async (part) => {
        const page = await listHolders(productId, { limit, ...part }, { ...shop, remaining });
        if (!page) throw productNotFound([productId]);
        return page;
      },
    );
  },
);
