import type { CallOffRow } from '../laws.ts';
import type { Written } from '../truth.ts';
import { claim, type DeedType, isCreation, lineOf, SMALL, unexpected } from './deed.ts';

type CallOff = {
  readonly type: 'call off';
  readonly productId: string;
  readonly scope: 'line' | 'order';
  readonly restock: boolean;
  readonly key?: string;
};

const isSame = (one: CallOffRow, deed: CallOff): boolean =>
  one.productId === deed.productId &&
  one.scope === deed.scope &&
  (one.restock !== false) === deed.restock;

const isClosing = ({ before, after }: Written): boolean =>
  !before?.closed && after?.closed === true;

export const callingOff = {
  type: 'call off',
  request: ({ productId, scope, restock, key }) => ({
    to: 'callOffProduct',
    path: { productId },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    json: { scope, reason: 'inventory', ...(!restock && { restock }) },
  }),
  work: (_, { batchId }) => [{ callOff: String(batchId) }],
  lies: (told) => {
    const { id, deed, status, code, body, once, did, product, truth } = told;
    const { productId } = deed;
    const callOffOf = (batchId: string) =>
      truth.row('cancellation-batches', batchId)?.callOff as CallOffRow | undefined;
    const closed = did('products', productId, isClosing);
    switch (`${status} ${code}`) {
      case '202 ': {
        const batchId = String(body.batchId);
        const callOff = callOffOf(batchId);
        const begun = truth.deeds('cancellation-batches', batchId).find(isCreation);
        return [
          ...claim(callOff !== undefined && isSame(callOff, deed), 'this was called off'),
          ...claim(
            begun !== undefined && product(productId, begun.at)?.closed === true,
            'the product was closed with it',
          ),
          ...claim(!closed || begun?.by === id, 'the product is closed once'),
        ];
      }
      case '409 reference_reused':
        return claim(
          truth.keys('cancellation-batches').some((batchId) => {
            const other = callOffOf(batchId);
            return other?.productId === productId && !isSame(other, deed);
          }) && !closed,
          'the key was used for another call-off, and nothing has changed',
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
    'call off again': {
      often: 1,
      draw: ({ id, productId, key, oneOf, happens }) => ({
        type: 'call off',
        productId,
        scope: oneOf(['line', 'line', 'order'], `${id}/scope`),
        restock: !happens(0.1, `${id}/lost`),
        key: key(),
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
