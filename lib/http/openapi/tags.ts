/** The groups in which the description shows the operations. */

export const TAGS = {
  Orders: 'Place orders, and take them on: pending, confirmed, shipped, delivered.',
  Cancellations: 'Cancel orders, one or many, and give the stock back exactly once.',
  Products: 'What the shop sells, and how many units of it there are.',
  Movements: 'The ledger: every change of stock, with its cause.',
  Service: 'About the service itself.',
} as const satisfies Record<string, string>;

export type Tag = keyof typeof TAGS;

/** The first that fits a path decides. */
const PLACES: readonly (readonly [RegExp, Tag])[] = [
  [/^\/cancellations|\/(cancel|reinstate|call-off)$/, 'Cancellations'],
  [/\/movements$/, 'Movements'],
  [/^\/orders/, 'Orders'],
  [/^\/(products|adjustments)/, 'Products'],
];

export const tagOf = (path: string): Tag =>
  PLACES.find(([place]) => place.test(path))?.[1] ?? 'Service';
