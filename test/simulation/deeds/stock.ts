/** Adjustments and counts of the stock on hand. */
import { isDeepStrictEqual } from 'node:util';
import type { MovementRow, ProductRow } from '../laws.ts';
import type { Moment } from '../truth.ts';
import {
  claim,
  type DeedType,
  type Draw,
  isCreation,
  SMALL,
  type Told,
  unexpected,
} from './deed.ts';

type Adjustment = {
  readonly productId: string;
  readonly quantity: number;
  readonly referenceId: string;
};

type Count = {
  readonly productId: string;
  readonly stockQuantity: number;
  readonly expectedStockQuantity?: number;
  readonly referenceId: string;
};

type Entry = Adjustment | Count;

/** What was said of an entry. */
type Said = { readonly outcome: string; readonly shortages?: readonly { available: number }[] };

/** @param isTwin an entry that is the same in all has told of the adjustment that the call made */
const judge = (
  told: Told<unknown>,
  entry: Entry,
  { outcome, shortages = [] }: Said,
  isTwin = false,
): string[] => {
  const { id, once, did, product, truth, from, to } = told;
  const { productId, referenceId } = entry;
  const key = `${referenceId} adjustment#${productId}`;
  const recorded = (at: Moment): MovementRow | undefined =>
    truth.row('stock-movements', key, at) as MovementRow | undefined;
  const confirmedAs = (row: unknown): number | undefined => {
    const { lastCount } = (row ?? {}) as ProductRow;
    return lastCount?.referenceId === referenceId ? lastCount.stockQuantity : undefined;
  };
  const confirmed = did(
    'products',
    productId,
    ({ before, after }) =>
      'stockQuantity' in entry &&
      confirmedAs(after) === entry.stockQuantity &&
      after?.updatedAt !== before?.updatedAt,
  );
  const isSame = ({ quantity, countedQuantity }: MovementRow): boolean =>
    'quantity' in entry
      ? quantity === entry.quantity && countedQuantity === undefined
      : countedQuantity === entry.stockQuantity;
  const made = truth
    .deeds('stock-movements', key, from, to)
    .find((one) => one.by === id && isCreation(one) && isSame(one.after as MovementRow));
  const own = isTwin ? undefined : made;
  const stockAt = (at: Moment): number | undefined => product(productId, at)?.stockQuantity;
  switch (outcome) {
    case 'adjusted':
      return claim(own !== undefined, 'this call has adjusted the stock');
    case 'already_adjusted':
      return claim(
        once((at) => {
          const movement = recorded(at);
          return movement && isSame(movement);
        }) && !own,
        'it was adjusted before',
      );
    case 'counted':
    case 'already_counted':
      if (!('stockQuantity' in entry)) return ['it was no count'];
      return [
        ...claim(
          once((at) => {
            const movement = recorded(at);
            return (
              (movement && isSame(movement)) ||
              confirmedAs(truth.row('products', productId, at)) === entry.stockQuantity
            );
          }),
          `${entry.stockQuantity} were counted`,
        ),
        ...(own
          ? claim(
              stockAt(own.at) === entry.stockQuantity &&
                [undefined, stockAt(own.at - 1)].includes(entry.expectedStockQuantity),
              'the count is what was there',
            )
          : claim(outcome !== 'counted' || confirmed, 'this call has counted')),
      ];
    case 'stock_changed':
      return claim(
        once((at) => {
          const stock = stockAt(at);
          const isExpected =
            'expectedStockQuantity' in entry && stock === entry.expectedStockQuantity;
          return stock !== undefined && !isExpected;
        }) &&
          !own &&
          !confirmed,
        'the stock is another one',
      );
    case 'product_not_found':
      // A product may be deleted after this call, with what the call has written.
      return claim(
        once((at) => !product(productId, at) && (!own || at > own.at)),
        'there is no such product',
      );
    case 'reference_reused':
      return claim(
        once((at) => {
          const movement = recorded(at);
          const before = confirmedAs(truth.row('products', productId, at));
          const isOtherCount =
            'stockQuantity' in entry && before !== undefined && before !== entry.stockQuantity;
          return (movement && !isSame(movement)) || isOtherCount;
        }) && !own,
        'the reference was used for something else',
      );
    case 'insufficient_stock':
      return claim(
        once((at) => {
          const row = product(productId, at);
          if (!row) return false;
          const change =
            'quantity' in entry ? entry.quantity : entry.stockQuantity - row.stockQuantity;
          const { availableQuantity: available } = row;
          return available === shortages[0]?.available && available < -change;
        }) && !own,
        'there are too few',
      );
    case 'try_again':
      return [];
    default:
      return unexpected(told);
  }
};

const drawReference = ({ id, oneOf }: Draw): string =>
  oneOf(['count1', 'count2', 'count3', id], `${id}/reference`);

const drawAdjustment = (draw: Draw): Adjustment => ({
  productId: draw.productId,
  quantity: draw.oneOf([1, -1, 5, -5, -draw.stock], `${draw.id}/by`),
  referenceId: drawReference(draw),
});

const drawCount = (draw: Draw): Count => ({
  productId: draw.productId,
  stockQuantity: draw.oneOf([draw.stock, draw.stock + 1, 0, 1], `${draw.id}/counted`),
  referenceId: drawReference(draw),
});

type Adjust = Adjustment & { readonly type: 'adjust' };

export const adjusting = {
  type: 'adjust',
  request: ({ productId, quantity, referenceId }) => ({
    to: 'adjustStock',
    path: { productId },
    json: { quantity, referenceId },
  }),
  lies: (told) => {
    const { deed, status, code, body } = told;
    const outcome = { 200: 'already_adjusted', 201: 'adjusted' }[status] ?? code;
    return judge(told, deed, { ...(body as Partial<Said>), outcome });
  },
  kinds: {
    adjust: {
      often: 2,
      draw: (draw) => ({ type: 'adjust', ...drawAdjustment(draw) }),
      // Then there is too little for the order. The count below differs by as many.
      small: { type: 'adjust', productId: SMALL.productId, quantity: -4, referenceId: 'counted' },
      meets: { begins: ['confirmed', 'cancelled', 'absent'], others: ['count'] },
    },
  },
} as const satisfies DeedType<Adjust>;

type CountStock = Count & { readonly type: 'count' };

export const counting = {
  type: 'count',
  request: ({ type: _, productId, ...json }) => ({ to: 'countStock', path: { productId }, json }),
  lies: (told) => {
    const { deed, status, code, body, id, from, to, truth } = told;
    // Over HTTP, a count of before is told as one of now.
    const isOwn = truth
      .deeds('products', deed.productId, from, to)
      .some(({ by, after }) => by === id && after?.deletedAt === undefined);
    const outcome = status === 200 ? (isOwn ? 'counted' : 'already_counted') : code;
    return judge(told, deed, { ...(body as Partial<Said>), outcome });
  },
  kinds: {
    count: {
      often: 2,
      draw: (draw) => ({
        type: 'count',
        ...drawCount(draw),
        ...(draw.happens(0.4, `${draw.id}/expects`) && { expectedStockQuantity: draw.stock }),
      }),
      small: {
        type: 'count',
        productId: SMALL.productId,
        stockQuantity: 1,
        expectedStockQuantity: 5,
        referenceId: 'counted',
      },
      meets: { begins: ['confirmed', 'absent'], others: ['count', 'ship', 'place', 'adjust many'] },
    },
  },
} as const satisfies DeedType<CountStock>;

type AdjustMany = { readonly type: 'adjust many'; readonly entries: readonly Entry[] };

export const adjustingMany = {
  type: 'adjust many',
  request: ({ entries }) => ({ to: 'adjustProducts', json: { adjustments: entries } }),
  lies: (told) => {
    const { deed, status, body } = told;
    if (status !== 200) return unexpected(told);
    type Result = Said & { readonly code?: string };
    const results = body.results as Result[];
    return results.flatMap((result, at) => {
      const entry = deed.entries[at];
      if (!entry) return ['something that was not asked for'];
      const isTwin = results.some(
        (other, place) =>
          place !== at &&
          ['adjusted', 'counted'].includes(other.outcome) &&
          isDeepStrictEqual(deed.entries[place], entry),
      );
      return judge(told, entry, { ...result, outcome: result.code ?? result.outcome }, isTwin);
    });
  },
  kinds: {
    'adjust many': {
      often: 1,
      draw: (draw) => {
        const count = draw.between(1, 3, `${draw.id}/entries`);
        const entries = Array.from({ length: count }, (_, at): Entry => {
          const id = `${draw.id}-${at}`;
          const one = { ...draw, id, productId: draw.anyProductId(`${id}/product`) };
          return draw.happens(0.5, `${id}/is count`) ? drawCount(one) : drawAdjustment(one);
        });
        return { type: 'adjust many', entries };
      },
      small: {
        type: 'adjust many',
        entries: [
          { productId: SMALL.productId, quantity: 1, referenceId: 'found' },
          { productId: SMALL.productId, stockQuantity: 3, referenceId: 'counted' },
        ],
      },
      meets: { begins: ['confirmed'], others: ['ship'], isLong: true },
    },
  },
} as const satisfies DeedType<AdjustMany>;
