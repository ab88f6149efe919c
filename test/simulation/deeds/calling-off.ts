import { claim, type DeedType, lineOf, SMALL, unexpected } from './deed.ts';

type CallOff = {
  readonly type: 'call off';
  readonly productId: string;
  readonly scope: 'line' | 'order';
  readonly restock: boolean;
};

export const callingOff = {
  type: 'call off',
  request: ({ productId, scope, restock }) => ({
    to: 'callOffProduct',
    path: { productId },
    json: { scope, reason: 'inventory', ...(!restock && { restock }) },
  }),
  work: (_, { batchId }) => [{ callOff: String(batchId) }],
  lies: (told) => {
    const { deed, status, code, once, product } = told;
    const { productId } = deed;
    switch (`${status} ${code}`) {
      case '202 ':
        return claim(
          once((at) => product(productId, at)?.closed),
          'the product is closed',
        );
      case '404 product_not_found':
        return claim(
          once((at) => !product(productId, at)),
          'there is no such product',
        );
      default:
        return unexpected(told);
    }
  },
  kinds: {
    'call off': {
      often: 1,
      draw: ({ id, productId, oneOf, happens }) => ({
        type: 'call off',
        productId,
        scope: oneOf(['line', 'order'], `${id}/scope`),
        restock: !happens(0.3, `${id}/lost`),
      }),
    },
    'call off lines': {
      often: 0,
      draw: ({ productId }) => ({ type: 'call off', productId, scope: 'line', restock: true }),
      small: { type: 'call off', productId: SMALL.productId, scope: 'line', restock: true },
      meets: {
        begins: ['confirmed', 'absent', 'grace', 'locked'],
        others: ['ship', 'place', 'reinstate', 'unlock'],
        isLong: true,
      },
    },
    'call off orders': {
      often: 0,
      draw: ({ productId }) => ({ type: 'call off', productId, scope: 'order', restock: true }),
      small: { type: 'call off', productId: SMALL.productId, scope: 'order', restock: true },
      meets: {
        begins: ['confirmed', 'grace over'],
        others: ['sweep', 'cancel in part'],
        isLong: true,
      },
    },
  },
} as const satisfies DeedType<CallOff>;

type Holders = { readonly type: 'list holders'; readonly productId: string };

type Holder = {
  readonly orderId: string;
  readonly status: string;
  readonly reservedQuantity: number;
};

/** Who holds a product. A late index may hide some of them, which the counter then tells. */
export const listingHolders = {
  type: 'list holders',
  request: ({ productId }) => ({
    to: 'listProductOrders',
    path: { productId },
    query: { limit: '100' },
  }),
  lies: (told) => {
    const { deed, status, code, body, once, order, product } = told;
    const { productId } = deed;
    if (`${status} ${code}` === '404 product_not_found') {
      return claim(
        once((at) => !product(productId, at)),
        'there is no such product',
      );
    }
    if (status !== 200) return unexpected(told);
    const items = body.items as Holder[];
    return [
      ...claim(new Set(items.map(({ orderId }) => orderId)).size === items.length, 'none is twice'),
      ...items.flatMap((holder) =>
        claim(
          once((at) => {
            const row = order(holder.orderId, at);
            return (
              row?.status === holder.status &&
              lineOf(row, productId)?.reservedQuantity === holder.reservedQuantity
            );
          }),
          `${holder.orderId} holds ${holder.reservedQuantity} ${productId}`,
        ),
      ),
    ];
  },
  kinds: {
    'list holders': {
      often: 1,
      draw: ({ productId }) => ({ type: 'list holders', productId }),
      small: { type: 'list holders', productId: SMALL.productId },
      meets: { begins: ['confirmed', 'grace', 'cancelled'], others: ['reinstate', 'ship'] },
    },
  },
} as const satisfies DeedType<Holders>;
