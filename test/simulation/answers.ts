/**
 * Whether what callers are told is true (law 7). An answer is true if there was a moment between its
 * call and its end at which the tables showed what it says, and if what its own commits did is not
 * told as somebody else's, or as not done at all.
 */
import type { Row } from '../support/fake-dynamodb.ts';
import type { Told } from './deeds/deed.ts';
import { type Deed, typeOf } from './deeds/index.ts';
import type { OrderRow, ProductRow } from './laws.ts';
import type { Moment, Truth } from './truth.ts';

/** A call that was answered. */
export type Answered = Pick<Told<Deed>, 'id' | 'deed' | 'from' | 'to' | 'status'> & {
  readonly body: Row;
};

/** An answer that says nothing: the caller has to ask again. */
export const saysNothing = (status: number): boolean => status === 503;

/** @returns what is not true; nothing where all of it is */
export const liesIn = (answered: Answered, truth: Truth): string[] => {
  const { deed, status, body } = answered;
  if (saysNothing(status)) return [];
  if (status >= 500) return [`an error: ${JSON.stringify(body)}`];
  const told = { ...answered, code: String(body.code ?? ''), ...within(answered, truth) };
  return typeOf(deed).lies?.(told) ?? [];
};

/** Looks at the tables while a call lasted. */
const within = ({ id, from, to }: Answered, truth: Truth) => {
  const moments = truth.moments(from, to);
  return {
    truth,
    order: (orderId: string, at: Moment) =>
      truth.row('orders', orderId, at) as OrderRow | undefined,
    product: (productId: string, at: Moment) => {
      const row = truth.row('products', productId, at) as ProductRow | undefined;
      return row?.deletedAt === undefined ? row : undefined;
    },
    once: (holds: (at: Moment) => unknown): boolean => moments.some((at) => Boolean(holds(at))),
    did: (table: string, key: string, what: Parameters<Told<Deed>['did']>[2]): boolean =>
      truth.deeds(table, key, from, to).some((written) => written.by === id && what(written)),
  };
};
