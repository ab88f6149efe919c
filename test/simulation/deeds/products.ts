/** What becomes of products besides their stock. */
import type { MovementRow, ProductRow } from '../laws.ts';
import type { Moment, Written } from '../truth.ts';
import {
  claim,
  type DeedType,
  isCreation,
  isDeletion,
  isShown,
  SMALL,
  unexpected,
} from './deed.ts';

/** The name under which a product is created. */
const nameOf = (productId: string): string => `The ${productId}`;

type Create = {
  readonly type: 'create product';
  readonly productId: string;
  readonly stock: number;
};

export const creatingProducts = {
  type: 'create product',
  request: ({ productId, stock }) => ({
    to: 'createProduct',
    json: { id: productId, name: nameOf(productId), stockQuantity: stock },
  }),
  lies: (told) => {
    const { deed, status, code, once, did, product, truth } = told;
    const { productId, stock } = deed;
    const created = did('products', productId, isCreation);
    const isSame = (at: Moment): boolean => {
      const [opening] = truth.movements(`product_${productId}_opening`, at) as MovementRow[];
      return (
        product(productId, at)?.name === nameOf(productId) && (opening?.quantity ?? 0) === stock
      );
    };
    switch (`${status} ${code}`) {
      case '201 ':
        return claim(created, 'this call has created the product');
      case '200 ':
        // A product without an opening movement does not tell whose it is.
        return claim(once(isSame) && !(created && stock > 0), 'it was created before');
      case '409 product_exists':
        return claim(
          once((at) => product(productId, at) && !isSame(at)) && !created,
          'another product has the id',
        );
      default:
        return unexpected(told);
    }
  },
  kinds: {
    'create product': {
      often: 3,
      draw: ({ id, productId, stock, oneOf }) => ({
        type: 'create product',
        productId,
        stock: oneOf([stock, stock, 0, 7], `${id}/stock`),
      }),
    },
  },
} as const satisfies DeedType<Create>;

type Delete = { readonly type: 'delete product'; readonly productId: string };

const isRetirement = ({ before, after }: Written): boolean =>
  before !== undefined && before.deletedAt === undefined && after?.deletedAt !== undefined;

export const deletingProducts = {
  type: 'delete product',
  request: ({ productId }) => ({ to: 'deleteProduct', path: { productId } }),
  lies: (told) => {
    const { deed, status, code, once, did, product, truth, from, to } = told;
    const { productId } = deed;
    const retired = did('products', productId, isRetirement);
    const deleted = did('products', productId, isDeletion);
    switch (`${status} ${code}`) {
      case '204 ':
        return claim(
          truth.deeds('products', productId, from, to).some(isDeletion),
          'the product was deleted',
        );
      case '404 product_not_found':
        return claim(
          once((at) => !product(productId, at)) && !retired && !deleted,
          'there is no such product',
        );
      case '409 product_in_use':
        return claim(
          once((at) => (product(productId, at)?.reservedQuantity ?? 0) > 0) && !retired,
          'orders hold some of it',
        );
      default:
        return unexpected(told);
    }
  },
  kinds: {
    'delete product': {
      often: 2,
      draw: ({ productId }) => ({ type: 'delete product', productId }),
    },
  },
} as const satisfies DeedType<Delete>;

type Update = {
  readonly type: 'update product';
  readonly productId: string;
  readonly closed?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
};

export const updatingProducts = {
  type: 'update product',
  request: ({ productId, closed, metadata }) => ({
    to: 'updateProduct',
    path: { productId },
    json: { closed, metadata },
  }),
  lies: (told) => {
    const { deed, status, code, body, once, did, product } = told;
    const { productId, closed, metadata } = deed;
    const updated = did('products', productId, ({ before, after }) => {
      const is = after as ProductRow | undefined;
      return (
        before !== undefined &&
        (closed === undefined || (is?.closed === true) === closed) &&
        (metadata === undefined || JSON.stringify(is?.metadata) === JSON.stringify(metadata))
      );
    });
    switch (`${status} ${code}`) {
      case '200 ':
        return [
          ...claim(updated, 'this call has changed the product'),
          ...isShown('products', body, told),
        ];
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
    'open or close': {
      often: 2,
      draw: ({ id, productId, happens }) => ({
        type: 'update product',
        productId,
        closed: happens(0.3, `${id}/closed`),
        ...(happens(0.3, `${id}/metadata`) && { metadata: { by: id } }),
      }),
    },
    close: {
      often: 0,
      draw: ({ productId }) => ({ type: 'update product', productId, closed: true }),
      small: { type: 'update product', productId: SMALL.productId, closed: true },
      meets: {
        begins: ['absent', 'cancelled', 'confirmed'],
        others: ['close', 'place', 'reinstate'],
      },
    },
  },
} as const satisfies DeedType<Update>;
