import { http, json } from '../lib/http/edge.ts';
import { countStock as operation } from '../lib/http/operations/count-stock.ts';
import { Problem, productNotFound } from '../lib/http/problem.ts';
import { movementResource, productResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { countStock } from '../lib/use-cases/count-stock.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { productId }, body, remaining, caller, report }) => {
    const { referenceId, stockQuantity } = body;
    const result = await countStock({ productId, ...body }, { ...shop, remaining, by: caller });
    report({ productId, referenceId, outcome: result.outcome, units: stockQuantity });
    switch (result.outcome) {
      case 'counted':
      case 'already_counted':
        return json(200, {
          product: productResource(result.product),
          ...(result.movement && { movement: movementResource(result.movement) }),
        });
      case 'product_not_found':
        throw productNotFound([productId]);
      case 'stock_changed':
        throw new Problem('stock_changed', `There are ${result.product.stockQuantity} on hand`);
      case 'reference_reused':
        throw new Problem('reference_reused', `${referenceId} was another count or an adjustment`);
      case 'insufficient_stock':
        throw new Problem('insufficient_stock', 'Orders hold more than was counted', {
          shortages: result.shortages,
        });
      case 'unfinished':
        throw new Problem('try_again', `Send it again with referenceId ${referenceId}`);
    }
  },
);
