import type { Unavailable } from '../use-cases/reserving.ts';
import { Problem, productClosed, productNotFound } from './problem.ts';

/** The problem of a request that needs units which cannot be reserved. */
export const unavailableProblem = (unavailable: Unavailable): Problem => {
  switch (unavailable.outcome) {
    case 'product_not_found':
      return productNotFound(unavailable.productIds);
    case 'product_closed':
      return productClosed(unavailable.productIds);
    case 'insufficient_stock':
      return new Problem('insufficient_stock', 'Nothing was reserved', {
        shortages: unavailable.shortages,
      });
  }
};
