import { createHash } from 'node:crypto';
import { mergeLines } from '../domain/order.ts';
import type { PartRequest } from '../domain/part.ts';

/** 96 bits, so that two different requests practically never have the same digest. */
const DIGEST_LENGTH = 16;

/**
 * What a request asks for, as `KeyUse` stores it: the first bits of its SHA-256 in base64url. The
 * sequence of the items does not matter, and `restock: true` is the same as none.
 *
 * The note is not part of it. It is for people and changes nothing in the shop, so a retry that
 * words it differently is still a retry.
 *
 * Digests are stored, so a request of today must have the same digest in every later version.
 */
export const digestOf = ({ items, restock, reason }: PartRequest): string => {
  const units = mergeLines(items)
    .map(({ productId, quantity }) => [productId, quantity] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([units, restock !== false, reason ?? null]))
    .digest('base64url')
    .slice(0, DIGEST_LENGTH);
};
