/**
 * Whether what callers are told is true (law 7). An answer is true if there was a moment between its
 * call and its end at which the tables showed what it says, and if what its own commits did is not
 * told as somebody else's, or as not done at all.
 */
import type { Row } from '../support/fake-dynamodb.ts';
import type { MovementRow, OrderRow, ProductRow } from './laws.ts';
import { isHalfDone } from './laws.ts';
import { type Deed, nameOf, type Units } from './plan.ts';
import type { Moment, Truth, Deed as Written } from './truth.ts';

/** A call that was answered. */
export type Answered = {
  /** The process that answered. */
  readonly id: string;
  readonly deed: Exclude<Deed, { type: 'message' }>;
  readonly from: Moment;
  readonly to: Moment;
  readonly status: number;
  readonly body: Row;
  /** What was wanted of a process. */
  readonly wanted: (id: string) => Deed | undefined;
};

/** An answer that says nothing: the caller has to ask again. */
export const saysNothing = (status: number): boolean => status === 503;

type Restored = readonly Units[];

/** @returns what is not true; nothing where all of it is */
export const liesIn = (answered: Answered, truth: Truth): string[] => {
  const { deed, status, body } = answered;
  if (saysNothing(status)) return [];
  if (status >= 500) return [`an error: ${JSON.stringify(body)}`];
  const told = { ...answered, code: String(body.code ?? ''), ...within(answered, truth) };
  switch (deed.type) {
    case 'place':
      return onPlacing({ ...told, deed });
    case 'cancel':
      return onCancelling({ ...told, deed });
    case 'cancel in part':
      return onCancellingParts({ ...told, deed });
    case 'cancel many':
      return status === 202 ? [] : ['a batch is taken'];
    case 'confirm':
    case 'ship':
    case 'deliver':
      return onTransition({ ...told, deed: { type: deed.type, orderId: deed.orderId } });
    case 'delete order':
      return onDeletingOrder({ ...told, orderId: deed.orderId });
    case 'delete product':
      return onDeletingProduct({ ...told, productId: deed.productId });
    case 'create product':
      return onCreatingProduct({ ...told, deed });
    case 'adjust':
      return onAdjusting({ ...told, deed });
    case 'look at order':
      return onLook({ ...told, table: 'orders', subject: deed.orderId });
    case 'look at product':
      return onLook({ ...told, table: 'products', subject: deed.productId });
    case 'list orders':
      return (body.items as Row[]).flatMap((row) => onItem({ ...told, table: 'orders', row }));
    case 'list products':
      return (body.items as Row[]).flatMap((row) =>
        // A scan may show products as they were some time ago.
        onItem({ ...told, ...within({ ...answered, from: 0 }, truth), table: 'products', row }),
      );
  }
};

/** Looks at the tables while a call lasted. */
const within = ({ id, from, to }: Answered, truth: Truth) => {
  const moments = truth.moments(from, to);
  const order = (orderId: string, at: Moment) =>
    truth.row('orders', orderId, at) as OrderRow | undefined;
  const product = (productId: string, at: Moment): ProductRow | undefined => {
    const row = truth.row('products', productId, at) as ProductRow | undefined;
    return row?.deletedAt === undefined ? row : undefined;
  };
  return {
    truth,
    order,
    product,
    /** Whether there was such a moment. */
    once: (holds: (at: Moment) => unknown): boolean => moments.some((at) => Boolean(holds(at))),
    /** Whether the call's own process did this to a row. */
    did: (table: string, key: string, what: (deed: Written) => boolean): boolean =>
      truth.deeds(table, key, from, to).some((deed) => deed.by === id && what(deed)),
  };
};

type Told<More> = Omit<Answered, 'deed'> &
  ReturnType<typeof within> & { readonly code: string } & More;

type DeedOf<Type extends Deed['type']> = Extract<Deed, { type: Type }>;

/** Says what an answer claims, unless it is so. */
const claim = (isTrue: boolean, what: string): string[] => (isTrue ? [] : [what]);

const unexpected = ({ status, body }: { status: number; body: Row }): string[] => [
  `an answer that nobody expects: ${status} ${JSON.stringify(body)}`,
];

const isCreation = ({ before, after }: Written): boolean => !before && after !== undefined;
const isRetirement = ({ before, after }: Written): boolean =>
  before !== undefined && before.deletedAt === undefined && after?.deletedAt !== undefined;
const isDeletion = ({ before, after }: Written): boolean => before !== undefined && !after;

const hasLines = (order: OrderRow | undefined, items: readonly Units[]): boolean => {
  if (!order) return false;
  const asked = new Map<string, number>();
  for (const { productId, quantity } of items) {
    asked.set(productId, (asked.get(productId) ?? 0) + quantity);
  }
  return (
    order.items.length === asked.size &&
    order.items.every(({ productId, quantity }) => asked.get(productId) === quantity)
  );
};

const onPlacing = (told: Told<{ deed: DeedOf<'place'> }>): string[] => {
  const { deed, status, code, body, once, did, order, product, truth } = told;
  const { orderId, items } = deed;
  const created = did('orders', orderId, isCreation);
  const stands = (at: Moment): boolean => {
    const row = order(orderId, at);
    return hasLines(row, items) && row?.placing === undefined;
  };
  switch (`${status} ${code}`) {
    case '201 ':
      return claim(created && once(stands), 'this call has placed the order');
    case '200 ':
      return claim(once(stands) && !(created && placedAlone(told)), 'it was placed before');
    case '404 product_not_found':
      return claim(
        once((at) => items.some(({ productId }) => !product(productId, at))),
        'a product does not exist',
      );
    case '409 order_exists':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          if (row) return !hasLines(row, items);
          return truth.movements(`order_${orderId}`, at).length > 0;
        }),
        'another order has the id',
      );
    case '409 insufficient_stock': {
      const shortages = body.shortages as { productId: string; available: number }[];
      return shortages.flatMap(({ productId, available }) =>
        claim(
          once((at) => {
            const row = product(productId, at);
            const own = order(orderId, at)?.items.find((line) => line.productId === productId);
            const asked = items
              .filter((line) => line.productId === productId)
              .reduce((sum, { quantity }) => sum + quantity, 0);
            return (
              row?.availableQuantity === available &&
              available + (own?.reservedQuantity ?? 0) < asked
            );
          }),
          `there are ${available} ${productId} too few`,
        ),
      );
    }
    default:
      return unexpected(told);
  }
};

/** Whether every step of the placement was this call's. */
const placedAlone = ({ id, deed, truth, from, to }: Told<{ deed: DeedOf<'place'> }>): boolean => {
  const deeds = truth.deeds('orders', deed.orderId, from, to);
  const begin = deeds.findLastIndex((one) => one.by === id && isCreation(one));
  const end = deeds.findIndex(
    ({ after }, at) => at >= begin && (after as OrderRow | undefined)?.placing === undefined,
  );
  return end >= 0 && deeds.slice(begin, end + 1).every(({ by }) => by === id);
};

const isCancellation = ({ before, after }: Written): boolean =>
  (after as OrderRow | undefined)?.status === 'cancelled' &&
  (before as OrderRow | undefined)?.status !== 'cancelled';

const onCancelling = (told: Told<{ deed: DeedOf<'cancel'> }>): string[] => {
  const { deed, status, code, body, once, did, order } = told;
  const { orderId } = deed;
  const cancelled = did('orders', orderId, isCancellation);
  const is = (...statuses: OrderRow['status'][]): boolean =>
    once((at) => statuses.some((one) => order(orderId, at)?.status === one));
  switch (`${status} ${code}`) {
    case '200 ':
      return [
        ...(body.outcome === 'cancelled'
          ? claim(cancelled, 'this call has cancelled the order')
          : claim(is('cancelled') && !cancelled, 'another call has cancelled the order')),
        ...onRestored(told),
      ];
    case '202 ':
      return [];
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !cancelled, 'there is no such order');
    case '409 order_not_cancellable':
      return claim(is('shipped', 'delivered') && !cancelled, 'its goods have left');
    default:
      return unexpected(told);
  }
};

/** What a cancellation gave back is what it recorded, also of products that were deleted since. */
const onRestored = (told: Told<{ deed: DeedOf<'cancel'> }>): string[] => {
  const { deed, body, once, truth } = told;
  const cause = `order_${deed.orderId}_cancellation`;
  const restored = body.restored as Restored;
  const at = (moment: Moment): MovementRow[] => {
    const placed = truth.deeds('orders', deed.orderId, 0, moment).findLast(isCreation);
    return truth
      .recorded(cause, placed?.at ?? 0, moment)
      .filter(({ movementType }) => movementType === 'restoration') as MovementRow[];
  };
  const isIn = (units: Units, rows: readonly MovementRow[]): boolean =>
    rows.some(
      ({ productId, quantity }) => productId === units.productId && quantity === units.quantity,
    );
  return [
    ...restored.flatMap((units) =>
      claim(
        once((moment) => isIn(units, at(moment))),
        `${units.quantity} ${units.productId} came back`,
      ),
    ),
    ...claim(
      once((moment) =>
        at(moment).every(({ productId }) => restored.some((one) => one.productId === productId)),
      ),
      'no others came back',
    ),
  ];
};

const onCancellingParts = (told: Told<{ deed: DeedOf<'cancel in part'> }>): string[] => {
  const { deed, status, code, body, once, did, order, truth, wanted } = told;
  const { orderId, key, items } = deed;
  const reference = `order_${orderId}_cancellation_${key}`;
  const has = (row: Row | undefined): boolean =>
    ((row as OrderRow | undefined)?.movementReferences ?? []).includes(reference);
  const cancelled = did('orders', orderId, ({ before, after }) => has(after) && !has(before));
  /** Whether the key was used for the same units, whatever became of their products since. */
  const isSameUse = (at: Moment): boolean => {
    const first = truth
      .deeds('orders', orderId, 0, at)
      .findLast(({ before, after }) => has(after) && !has(before));
    const other = first?.by === undefined ? undefined : wanted(first.by);
    return other?.type === 'cancel in part' && unitsOf(other.items) === unitsOf(items);
  };
  const line = (productId: string, at: Moment) =>
    order(orderId, at)?.items.find((one) => one.productId === productId);
  switch (`${status} ${code}`) {
    case '200 ':
      return body.outcome === 'cancelled'
        ? claim(cancelled, 'this call has cancelled the units')
        : claim(
            once((at) => has(order(orderId, at)) && isSameUse(at)) && !cancelled,
            'another call with this key has',
          );
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !cancelled, 'there is no such order');
    case '404 line_not_found':
      return claim(
        once((at) => order(orderId, at) && items.some((one) => !line(one.productId, at))) &&
          !cancelled,
        'the order has no such line',
      );
    case '409 quantity_exceeded':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          if (!row || has(row)) return false;
          return items.some(
            ({ productId, quantity }) =>
              row.status === 'cancelled' || quantity > (line(productId, at)?.reservedQuantity ?? 0),
          );
        }) && !cancelled,
        'it does not hold that many',
      );
    case '409 reference_reused':
      return claim(
        once((at) => has(order(orderId, at)) && !isSameUse(at)) && !cancelled,
        'the key was used for something else',
      );
    case '409 order_not_cancellable':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          return row && (row.placing || row.status === 'shipped' || row.status === 'delivered');
        }) && !cancelled,
        'no part of it can be cancelled',
      );
    default:
      return unexpected(told);
  }
};

const unitsOf = (items: readonly Units[]): string =>
  items
    .map(({ productId, quantity }) => `${quantity} ${productId}`)
    .sort()
    .join(', ');

const ROADS = {
  confirm: ['pending', 'confirmed'],
  ship: ['confirmed', 'shipped'],
  deliver: ['shipped', 'delivered'],
} as const;

const onTransition = (
  told: Told<{ deed: { type: keyof typeof ROADS; orderId: string } }>,
): string[] => {
  const { deed, status, code, once, did, order } = told;
  const [from, to] = ROADS[deed.type];
  const moved = did('orders', deed.orderId, ({ before, after }) => {
    const [was, is] = [before, after] as [OrderRow | undefined, OrderRow | undefined];
    return was?.status === from && is?.status === to;
  });
  switch (`${status} ${code}`) {
    case '200 ':
      return claim(
        once((at) => order(deed.orderId, at)?.status === to),
        `the order is ${to}`,
      );
    case '404 order_not_found':
      return claim(once((at) => !order(deed.orderId, at)) && !moved, 'there is no such order');
    case '409 invalid_transition':
      return claim(
        once((at) => {
          const row = order(deed.orderId, at);
          return row && (row.placing || (row.status !== from && row.status !== to));
        }) && !moved,
        `it cannot become ${to}`,
      );
    default:
      return unexpected(told);
  }
};

const onDeletingOrder = (told: Told<{ orderId: string }>): string[] => {
  const { orderId, status, code, once, did, order, truth } = told;
  const deleted = did('orders', orderId, isDeletion);
  switch (`${status} ${code}`) {
    case '204 ':
      return claim(deleted, 'this call has deleted the order');
    case '404 order_not_found':
      return claim(once((at) => !order(orderId, at)) && !deleted, 'there is no such order');
    case '409 order_not_deletable':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          if (!row) return false;
          if (row.status !== 'cancelled' || isHalfDone(row)) return true;
          const sums = new Map<string, number>();
          for (const movement of row.movementReferences.flatMap((one) =>
            truth.movements(one, at),
          )) {
            const { productId, stockDelta } = movement as MovementRow;
            sums.set(productId, (sums.get(productId) ?? 0) + stockDelta);
          }
          return [...sums.values()].some((sum) => sum !== 0);
        }) && !deleted,
        'the order cannot be deleted',
      );
    default:
      return unexpected(told);
  }
};

const onDeletingProduct = (told: Told<{ productId: string }>): string[] => {
  const { productId, status, code, once, did, product, truth, from, to } = told;
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
};

const onCreatingProduct = (told: Told<{ deed: DeedOf<'create product'> }>): string[] => {
  const { deed, status, code, once, did, product, truth } = told;
  const { productId, stock } = deed;
  const created = did('products', productId, isCreation);
  const isSame = (at: Moment): boolean => {
    const [opening] = truth.movements(`product_${productId}_opening`, at) as MovementRow[];
    return product(productId, at)?.name === nameOf(productId) && (opening?.quantity ?? 0) === stock;
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
};

const onAdjusting = (told: Told<{ deed: DeedOf<'adjust'> }>): string[] => {
  const { deed, status, code, body, once, did, product, truth } = told;
  const { productId, quantity, referenceId } = deed;
  const key = `${referenceId} adjustment#${productId}`;
  const adjusted = did('stock-movements', key, isCreation);
  const recorded = (at: Moment): MovementRow | undefined =>
    truth.row('stock-movements', key, at) as MovementRow | undefined;
  switch (`${status} ${code}`) {
    case '201 ':
      return claim(adjusted, 'this call has adjusted the stock');
    case '200 ':
      return claim(
        once((at) => recorded(at)?.quantity === quantity) && !adjusted,
        'it was adjusted before',
      );
    case '404 product_not_found':
      return claim(once((at) => !product(productId, at)) && !adjusted, 'there is no such product');
    case '409 reference_reused':
      return claim(
        once((at) => recorded(at) && recorded(at)?.quantity !== quantity) && !adjusted,
        'the reference was used for something else',
      );
    case '409 insufficient_stock': {
      const [shortage] = body.shortages as { available: number }[];
      return claim(
        once((at) => {
          const available = product(productId, at)?.availableQuantity;
          return (
            available !== undefined && available === shortage?.available && available < -quantity
          );
        }) && !adjusted,
        'there are too few',
      );
    }
    default:
      return unexpected(told);
  }
};

const onLook = (told: Told<{ table: 'orders' | 'products'; subject: string }>): string[] => {
  const { subject: about, status, code, body, once, order, product } = told;
  switch (`${status} ${code}`) {
    case '200 ':
      return onItem({ ...told, row: body });
    case '404 order_not_found':
      return claim(
        once((at) => !order(about, at)),
        'there is no such order',
      );
    case '404 product_not_found':
      return claim(
        once((at) => !product(about, at)),
        'there is no such product',
      );
    default:
      return unexpected(told);
  }
};

/** A row that is shown was like that. */
const onItem = ({
  table,
  row,
  once,
  truth,
}: Pick<Told<{ table: 'orders' | 'products'; row: Row }>, 'table' | 'row' | 'once' | 'truth'>) =>
  claim(
    once((at) => {
      const now = truth.row(table, String(row.id), at);
      return (
        now?.updatedAt === row.updatedAt &&
        now?.version === row.version &&
        now?.status === row.status &&
        now?.stockQuantity === row.stockQuantity &&
        now?.reservedQuantity === row.reservedQuantity
      );
    }),
    `${table} has ${JSON.stringify(row).slice(0, 200)}`,
  );
