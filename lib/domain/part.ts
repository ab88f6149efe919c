import { type KeyUse, mergeLines, type Order, type OrderLine } from './order.ts';
import type { Decision, Release } from './release.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** A caller wants something done to some units of an order, once for this key. */
export type PartRequest = {
  readonly items: readonly ProductQuantity[];
  readonly idempotencyKey: string;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
  /** false for goods that are lost or damaged, so that they do not go on the shelf. */
  readonly restock?: boolean | undefined;
};

/**
 * Why something cannot be done to some units of an order:
 *
 * - `line_not_found`: the order has no line for these products.
 * - `quantity_exceeded`: the order has fewer such units of these products than the request names.
 * - `reference_reused`: the key was used on this order for another request.
 */
export type PartRejection =
  | { readonly code: 'reference_reused' }
  | {
      readonly code: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    };

/**
 * A kind of operation on some units of an order.
 *
 * - `referenceOf`: the name of its cause.
 * - `refusalOf`: why an order is in no state for it.
 * - `unitsOf`: how many units of a line of the order it may take.
 * - `take`: the line without them.
 * - `causeOf`: how the units move; undefined if their products' counters do not change.
 * - `after`: what else becomes of the order, whose lines are given.
 */
export type Part<Request extends PartRequest, Why> = {
  readonly referenceOf: (order: Pick<Order, 'id' | 'round'>, idempotencyKey: string) => string;
  readonly refusalOf: (order: Order, request: Request) => Why | undefined;
  readonly unitsOf: (line: OrderLine, order: Order) => number;
  readonly take: (line: OrderLine, quantity: number) => OrderLine;
  readonly causeOf: (request: Request, referenceId: string) => ReleaseCause | undefined;
  readonly after: (
    order: Order,
    request: Request,
    now: string,
    quantities: readonly number[],
  ) => Order;
};

/** Units of each line, with these added. */
export const added = (
  before: readonly number[] | undefined,
  quantities: readonly number[],
): readonly number[] => quantities.map((quantity, index) => quantity + (before?.[index] ?? 0));

/**
 * Decides what an operation on some units would do to an order as it is now. An idempotency key that
 * was used on this order before settles the request, if it was used for the same one.
 *
 * @param digest the digest of the request, see `KeyUse`
 */
export const decidePart = <Request extends PartRequest, Why>(
  part: Part<Request, Why>,
  order: Order,
  request: Request,
  digest: string,
  now: string,
): Decision<Why | PartRejection> => {
  const { idempotencyKey } = request;
  if (causeOfKey(part, order, idempotencyKey) !== -1) {
    return useOfKey(part, order, idempotencyKey)?.asked === digest
      ? { type: 'settled' }
      : { type: 'rejected', why: { code: 'reference_reused' } };
  }
  const why = part.refusalOf(order, request) ?? missingOf(part, order, request);
  if (why) return { type: 'rejected', why };

  const units = mergeLines(request.items);
  const taken = new Map(units.map(({ productId, quantity }) => [productId, quantity]));
  const quantities = order.items.map(({ productId }) => taken.get(productId) ?? 0);
  const referenceId = part.referenceOf(order, idempotencyKey);
  const cause = part.causeOf(request, referenceId);
  const moved: Order = {
    ...order,
    items: order.items.map((line, index) => part.take(line, quantities[index] ?? 0)),
    version: order.version + 1,
    movementReferences: [...order.movementReferences, referenceId],
    keyUses: [...(order.keyUses ?? []), { cause: order.movementReferences.length, asked: digest }],
    updatedAt: now,
  };
  return {
    type: 'step',
    decisive: true,
    order: part.after(moved, request, now, quantities),
    releases: cause ? units.map((unit): Release => ({ ...unit, cause })) : [],
  };
};

type Keyed = Pick<Part<never, unknown>, 'referenceOf'>;

/**
 * Where in `movementReferences` the cause of a key stands, of whatever round; -1 for an unused key.
 * What a key did stays done when the cancellation of the whole order is taken back.
 */
const causeOfKey = (
  { referenceOf }: Keyed,
  { id, round, movementReferences }: Order,
  idempotencyKey: string,
): number => {
  const causes = new Set(
    Array.from({ length: round }, (_, index) =>
      referenceOf({ id, round: index + 1 }, idempotencyKey),
    ),
  );
  return movementReferences.findIndex((referenceId) => causes.has(referenceId));
};

/** What a key was used for; undefined if it was not used for this kind of operation. */
export const useOfKey = (part: Keyed, order: Order, idempotencyKey: string): KeyUse | undefined => {
  const cause = causeOfKey(part, order, idempotencyKey);
  return order.keyUses?.find((use) => use.cause === cause);
};

const missingOf = <Request extends PartRequest>(
  { unitsOf }: Pick<Part<Request, unknown>, 'unitsOf'>,
  order: Order,
  { items }: Request,
): PartRejection | undefined => {
  const units = mergeLines(items);
  const there = new Map(order.items.map((line) => [line.productId, unitsOf(line, order)]));
  const unknown = units.filter(({ productId }) => !there.has(productId));
  if (unknown.length > 0) return { code: 'line_not_found', productIds: productIds(unknown) };
  const exceeded = units.filter(
    ({ productId, quantity }) => quantity > (there.get(productId) ?? 0),
  );
  if (exceeded.length > 0) return { code: 'quantity_exceeded', productIds: productIds(exceeded) };
  return undefined;
};

const productIds = (units: readonly ProductQuantity[]): string[] =>
  units.map(({ productId }) => productId);
