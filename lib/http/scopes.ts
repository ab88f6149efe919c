/**
 * What a token may allow. A route asks for one scope. Stages with AWS IAM do not use scopes: there, a
 * policy allows routes.
 */
export const SCOPES = {
  'countermand/read': 'read everything',
  'countermand/orders': 'place, confirm, ship and deliver orders',
  'countermand/cancel': 'cancel orders',
  'countermand/stock': 'open and change products, adjust stock and write goods off',
  'countermand/admin': 'delete orders and products',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;
