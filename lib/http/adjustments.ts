/** What a caller is told of each of many adjustments and counts. */
import type * as z from 'zod/mini';
import { isTransient } from '../aws/transient-errors.ts';
import { reportFailedRequest } from '../observability/requests.ts';
import type { StockEntry, StockEntryResult } from '../use-cases/adjust-products.ts';
import type { Request } from './read-request.ts';
import { movementResource, type StockEntryResource } from './resources.ts';

/** The answer to one entry. It also leaves a line in the log. */
export const stockEntryAnswer = (
  entry: StockEntry,
  result: StockEntryResult,
  { caller, report }: Pick<Request, 'caller' | 'report'>,
): z.output<typeof StockEntryResource> => {
  const { productId, referenceId } = entry;
  const name = { productId, referenceId };
  const units = 'quantity' in entry ? entry.quantity : entry.stockQuantity;
  report({ ...name, outcome: result.outcome, units });
  switch (result.outcome) {
    case 'adjusted':
    case 'already_adjusted':
    case 'counted':
    case 'already_counted': {
      const { outcome, movement } = result;
      return { ...name, outcome, ...(movement && { movement: movementResource(movement) }) };
    }
    case 'insufficient_stock':
      return { ...name, code: result.outcome, shortages: [...result.shortages] };
    case 'unfinished':
      return { ...name, code: 'try_again' };
    case 'failed':
      if (isTransient(result.error)) return { ...name, code: 'try_again' };
      reportFailedRequest({ operation: 'adjustProducts', ...name, ...caller }, result.error);
      return { ...name, code: 'internal_error' };
    default:
      return { ...name, code: result.outcome };
  }
};
