import type { Operation } from '../lib/http/operation.ts';
import type { Api, Request } from './api.ts';
import { Failure } from './failure.ts';

/**
 * Deletes something. When an attempt had no answer, and the next one finds nothing, the first one
 * has deleted it.
 */
export const deleteOnce = async (
  api: Api,
  operation: Operation,
  request: Request,
): Promise<void> => {
  try {
    await api.call(operation, request);
  } catch (error) {
    const isGone = error instanceof Failure && /^(order|product)_not_found$/.test(error.body.code);
    if (!(isGone && error.repeated)) throw error;
  }
};
