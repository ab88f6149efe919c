import { keyFrom } from '../idempotency-key.ts';
import { invalidField, Problem } from './problem.ts';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/**
 * The key in the form that causes contain.
 *
 * @param header the header's value; an empty one counts as absent
 * @throws Problem `validation_failed` when the key is not valid
 */
export const readIdempotencyKey = (header: string | undefined): string | undefined => {
  if (header === undefined || header === '') return undefined;
  const key = keyFrom(header);
  if (key === undefined) {
    throw invalidField(IDEMPOTENCY_KEY, 'Must be 1 to 255 visible ASCII characters');
  }
  return key;
};

/** @throws Problem `idempotency_key_required` when the key is absent */
export const requireIdempotencyKey = (key: string | undefined): string => {
  if (key !== undefined) return key;
  throw new Problem(
    'idempotency_key_required',
    'What takes some of the units can be repeated only with a key',
  );
};
