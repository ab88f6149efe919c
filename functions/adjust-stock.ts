import { http, json } from '../lib/http/edge.ts';
import { adjustStock as operation } from '../lib/http/operations/adjust-stock.ts';
import { Problem, productNotFound } from '../lib/http/problem.ts';
import { movementResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { adjustStock } from '../lib/use-cases/adjust-stock.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { productId }, body, remaining, caller, report }) => {
    const { referenceId, quantity } = body;
    const result = await adjustStock({ productId, ...body }, { ...shop, remaining, by: caller });
    report({ productId, referenceId, outcome: result.outcome, units: quantity });
    switch (result.outcome) {
      case 'adjusted':
        return json(201, movementResource(result.movement));
      case 'already_adjusted':
        return json(200, movementResource(result.movement));
      case 'product_not_found':
        throw productNotFound([productId]);
      case 'reference_reused':
        throw new Problem(
          'reference_reused',
          `${referenceId} adjusted by another quantity before, or was a count`,
        );
      case 'insufficient_stock':
        throw new Problem('insufficient_stock', 'Orders hold the rest, or there is none', {
          shortages: result.shortages,
        });
      case 'unfinished':
        throw new Problem('try_again', `Send it again with referenceId ${referenceId}`);
    }
  },
);
