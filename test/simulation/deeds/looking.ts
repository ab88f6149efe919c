import type { Row } from '../../support/fake-dynamodb.ts';
import type { Moment } from '../truth.ts';
import { claim, type DeedType, isShown, unexpected } from './deed.ts';

type Look =
  | { readonly type: 'look'; readonly orderId: string }
  | { readonly type: 'look'; readonly productId: string };

type List = { readonly type: 'list'; readonly what: 'orders' | 'products' };

export const looking = {
  type: 'look',
  request: (deed) =>
    'orderId' in deed
      ? { to: 'getOrder', path: { orderId: deed.orderId } }
      : { to: 'getProduct', path: { productId: deed.productId } },
  lies: (told) => {
    const { deed, status, code, body, once, order, product } = told;
    const [table, code404] =
      'orderId' in deed
        ? (['orders', 'order_not_found'] as const)
        : (['products', 'product_not_found'] as const);
    const isThere = (at: Moment) =>
      'orderId' in deed ? order(deed.orderId, at) : product(deed.productId, at);
    if (status === 200) return isShown(table, body, told);
    if (status === 404 && code === code404) {
      return claim(
        once((at) => !isThere(at)),
        'there is none',
      );
    }
    return unexpected(told);
  },
  kinds: {
    look: {
      often: 1,
      draw: ({ id, happens, orderId, productId }) =>
        happens(0.5, `${id}/order`) ? { type: 'look', orderId } : { type: 'look', productId },
    },
  },
} as const satisfies DeedType<Look>;

export const listing = {
  type: 'list',
  request: ({ what }) => ({
    to: what === 'orders' ? 'listOrders' : 'listProducts',
    query: { limit: '100' },
  }),
  lies: (told) => {
    const { deed, status, body, to, truth } = told;
    if (status !== 200) return unexpected(told);
    // A scan may show products as they were some time ago.
    const ever = (holds: (at: Moment) => unknown): boolean =>
      truth.moments(0, to).some((at) => Boolean(holds(at)));
    const once = deed.what === 'products' ? ever : told.once;
    return (body.items as Row[]).flatMap((row) => isShown(deed.what, row, { once, truth }));
  },
  kinds: {
    list: {
      often: 1,
      draw: ({ id, oneOf }) => ({
        type: 'list',
        what: oneOf(['orders', 'products'], `${id}/what`),
      }),
    },
  },
} as const satisfies DeedType<List>;
