/** The laws of docs/audit.md by name, in their sequence there. */
export const LAWS = [
  'ledger',
  'bounds',
  'holdings',
  'once',
  'right-to-stock',
  'nothing-lost',
  'answers',
] as const;
export type Law = (typeof LAWS)[number];

/**
 * One violation of one law.
 *
 * - `of`, `subject`: the row that it is about. A movement's subject is `<referenceId> <entry>`.
 * - `is`, `ought`: what the data say, and what they ought to say.
 * - `productId`: which product of an order it is about.
 */
export type Violation = {
  readonly law: Law;
  readonly of: 'product' | 'order' | 'movement';
  readonly subject: string;
  readonly is: string;
  readonly ought: string;
  readonly productId?: string;
};
