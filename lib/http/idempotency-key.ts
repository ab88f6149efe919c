import { createHash } from 'node:crypto';
import { ID } from '../fields.ts';
import { invalidField, Problem } from './problem.ts';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** What a caller may send: visible ASCII characters, in quotes or not. */
export const SENDABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/** 130 bits: no two keys are ever taken for one. */
const DIGEST_LENGTH = 26;

/**
 * The key as causes carry it: the caller's own where it could be an id, else 26 letters and digits
 * that stand for it.
 *
 * @param header as it came; one that is empty is none
 * @throws Problem `validation_failed` when it is no usable key
 */
export const readIdempotencyKey = (header: string | undefined): string | undefined => {
  if (header === undefined || header === '') return undefined;
  const key = withoutQuotes(header);
  if (!SENDABLE_KEY.test(key)) {
    throw invalidField(IDEMPOTENCY_KEY, 'Must be 1 to 255 visible ASCII characters');
  }
  return ID.test(key) ? key : digest(key);
};

/** @throws Problem `idempotency_key_required` when there is none */
export const requireIdempotencyKey = (key: string | undefined): string => {
  if (key !== undefined) return key;
  throw new Problem(
    'idempotency_key_required',
    'Cancelling in part can be repeated only with a key',
  );
};

/** The header's specification has it as a quoted string; most callers leave the quotes out. */
const withoutQuotes = (header: string): string =>
  header.length > 1 && header.startsWith('"') && header.endsWith('"')
    ? header.slice(1, -1)
    : header;

/**
 * The beginning of the key's SHA-256, five bits to a character.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-6
 */
const digest = (key: string): string => {
  const bits = [...createHash('sha256').update(key).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return Array.from({ length: DIGEST_LENGTH }, (_, index) =>
    BASE32.charAt(Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)),
  ).join('');
};

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
