import { createHash } from 'node:crypto';
import { ID } from './fields.ts';

/** What a caller may send, without the quotes: visible ASCII characters. */
export const SENDABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/** 130 bits, so that two different keys practically never have the same digest. */
const DIGEST_LENGTH = 26;

/**
 * A key in the form that causes contain: the caller's key if it is a valid id, else a digest of 26
 * letters and digits. Undefined for what is no key.
 */
export const keyFrom = (given: string): string | undefined => {
  const key = withoutQuotes(given);
  if (!SENDABLE_KEY.test(key)) return undefined;
  return ID.test(key) ? key : digest(key);
};

/** An id for what a caller asks for with a key, the same whenever it is asked again. */
export const idFrom = (...parts: readonly string[]): string => digest(parts.join(' '));

/** The longest reference that a caller can send. */
const LONGEST_REFERENCE = 64;

/**
 * The key of one entry of many that share a key. It begins with a digit, so that it can never be
 * equal to a cause that the system names, and no key contains `_`.
 */
export const keyOfEntry = (key: string | undefined, index: number): string | undefined => {
  if (key === undefined) return undefined;
  const own = `${index}_${key}`;
  return own.length > LONGEST_REFERENCE ? `${index}_${digest(key)}` : own;
};

/** The specification of the header wants a quoted string, but most callers send no quotes. */
const withoutQuotes = (header: string): string =>
  header.length > 1 && header.startsWith('"') && header.endsWith('"')
    ? header.slice(1, -1)
    : header;

/**
 * The first 130 bits of the key's SHA-256 in base32.
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
