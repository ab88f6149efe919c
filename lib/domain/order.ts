import type { Metadata } from './metadata.ts';
import { type OrderStatus, rulesOf } from './order-status.ts';
import type { ProductQuantity } from './stock-movement.ts';

/** Why orders are cancelled. A shop can have more reasons, by a setting. */
export const CANCELLATION_REASONS = [
  'customer',
  'declined',
  'fraud',
  'inventory',
  'staff',
  'expired',
  'other',
] as const;
export type CancellationReason = string;

/**
 * One product of an order, in whole units. An order has at most one line for a product.
 *
 * - `quantity`: units ordered. Once the order is placed, each is held, shipped or cancelled.
 * - `reservedQuantity`: units that this order holds now. A release uses this number only, so an
 *   order can never release units that another order holds.
 * - `shippedQuantity`: units that have left the building.
 * - `cancelledQuantity`: units that were cancelled.
 * - `returnedQuantity`: shipped units that have come back.
 */
export type OrderLine = {
  readonly productId: string;
  readonly quantity: number;
  readonly reservedQuantity: number;
  readonly shippedQuantity: number;
  readonly cancelledQuantity: number;
  readonly returnedQuantity: number;
};

/**
 * What an idempotency key was used for on an order, for as long as the order exists.
 *
 * - `cause`: where in `movementReferences` its cause stands. The name of the cause contains the key.
 * - `asked`: a short digest of the request. Another request with the key has another one.
 * - `gone`: products that did not exist any more, so that nothing of them came back.
 */
export type KeyUse = {
  readonly cause: number;
  readonly asked: string;
  readonly gone?: readonly string[];
};

/** Who has an order in hand, since when, and why; see `Actor`. */
export type Lock = {
  readonly by?: string | undefined;
  readonly byStated?: string | undefined;
  readonly since: string;
  readonly reason?: string | undefined;
};

/**
 * The aggregate of the shop. Its `version` is an optimistic lock: a transaction that moves an
 * order's units also updates its version, so of two transactions that race for them only one
 * succeeds.
 *
 * - `writeId`: the commit that wrote this version; absent before the first commit. Later commits
 *   require it, because an id can be used again by an order of the same millisecond.
 * - `statusSince`: when the order came to its status.
 * - `round`: 1, and 1 more each time that its cancellation is taken back. The causes of each round
 *   have their own names.
 * - `roundSince`: when it was decided to take its last cancellation back; absent in the first round.
 * - `movementReferences`: the causes that moved stock for this order, oldest first.
 * - `placing`: the order does not hold all its units yet; if it is cancelled, it never did.
 * - `importedAt`: when an import began to bring it in. What happened to it before, happened in another
 *   shop; see `hereSince`.
 * - `importing`: the import has not brought in all its lines yet. Nobody else may write to it.
 * - `givenUp`: the order was given up while it was being placed, and is kept because its movements
 *   do not add up. It was never placed.
 * - `restock: false`: the order is cancelled, and its goods do not go back on the shelf.
 * - `restoredQuantities`: units of each line, in their sequence, that the cancellation of the whole
 *   order put back on the shelf. Absent if none did yet, or if only the ledger tells: the
 *   cancellation began before orders had this attribute.
 * - `keyUses`: what each idempotency key was used for; absent before the first.
 * - `cancelledBy`, `cancelledByStated`: who cancelled it; see `Actor`.
 * - `cancelledFrom`: the status from which the whole order was cancelled; reinstating it leads back
 *   there. Absent where the order was not cancelled as a whole, or was not placed completely.
 * - `cancelledByPart`: units of each line, in their sequence, that partial cancellations cancelled;
 *   absent before the first.
 * - `shippedInPart`: some of its units have left the building, and it still holds others.
 * - `notRestocked`: units of each line that came back and did not go into the stock; absent before
 *   the first.
 * - `lock`: somebody has the order in hand. Until it is unlocked or shipped, it cannot be cancelled,
 *   and does not expire.
 * - `expiresAt`: when the sweep cancels the order, unless it is confirmed by then.
 * - `correlationId`: of the call or message that last decided what becomes of the order. What the
 *   sweep does for the order is logged under it.
 * - `releaseAt`: the order is cancelled, but holds its units until then, so that it can be
 *   reinstated (grace).
 * - `reinstating`: the order is cancelled, and an operation of several steps reserves its units
 *   again, or gives up and releases them.
 *
 * An order that is too large for one transaction changes step by step. The order always shows the
 * work left: lines of a cancelled or shipped order that still hold units, and lines of a `placing`
 * order that do not hold all their units yet.
 */
export type Order = {
  readonly id: string;
  readonly status: OrderStatus;
  readonly statusSince: string;
  readonly items: readonly OrderLine[];
  readonly version: number;
  readonly writeId?: string;
  readonly round: number;
  readonly roundSince?: string;
  readonly movementReferences: readonly string[];
  readonly placing?: true;
  readonly importedAt?: string;
  readonly importing?: true;
  readonly givenUp?: true;
  readonly restock?: false;
  readonly restoredQuantities?: readonly number[];
  readonly keyUses?: readonly KeyUse[];
  readonly expiresAt?: string;
  readonly releaseAt?: string;
  readonly reinstating?: 'reserving' | 'giving_up';
  readonly cancelledAt?: string;
  readonly cancellationReason?: CancellationReason;
  readonly cancellationNote?: string;
  readonly cancelledBy?: string;
  readonly cancelledByStated?: string;
  readonly cancelledFrom?: OrderStatus;
  readonly cancelledByPart?: readonly number[];
  readonly shippedInPart?: true;
  readonly notRestocked?: readonly number[];
  readonly lock?: Lock;
  readonly metadata?: Metadata;
  readonly correlationId?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/**
 * When an order comes to a status: now, but always later than it came to the status that it had. The
 * clocks of two invocations may differ, and a millisecond is long. So the order only moves to the
 * front of the lists, and has one place in them for each `statusSince`.
 */
export const statusBegins = ({ statusSince }: Order, now: string): string =>
  now > statusSince ? now : new Date(Date.parse(statusSince) + 1).toISOString();

/** The next version of an order, as a commit writes it. */
export const nextVersion = (order: Order, now: string): Order => ({
  ...order,
  version: order.version + 1,
  updatedAt: now,
});

/** Whether it holds units of any product. */
export const holdsUnits = ({ items }: Pick<Order, 'items'>): boolean =>
  items.some(({ reservedQuantity }) => reservedQuantity > 0);

/**
 * Since when this shop has an order or a product. One that an import brought in is as old as it was in
 * the other shop, and its ledger here begins when it came in.
 */
export const hereSince = ({
  importedAt,
  createdAt,
}: Pick<Order, 'importedAt' | 'createdAt'>): string => importedAt ?? createdAt;

/** Whether an import is not done with it: then only the import may write to it. */
export const isImporting = ({ importing }: Order): boolean => importing === true;

/** Whether some of its lines are not in yet, because it is still being placed or imported. */
export const isGrowing = (order: Order): boolean => order.placing === true || isImporting(order);

/** The same order in another status. Whoever has it in hand lets go of it when its goods leave. */
export const movedTo = (order: Order, status: OrderStatus, now: string): Order => {
  const moved: Order = { ...order, status, statusSince: statusBegins(order, now) };
  if (rulesOf(status).cancellation !== 'goods_left') return moved;
  const { lock: _, shippedInPart: __, ...rest } = moved;
  return rest;
};

/** Adds up the lines of each product. A product stands where it was named first. */
export const mergeLines = (items: readonly ProductQuantity[]): ProductQuantity[] => {
  const totals = new Map<string, number>();
  for (const { productId, quantity } of items) {
    totals.set(productId, (totals.get(productId) ?? 0) + quantity);
  }
  return [...totals].map(([productId, quantity]) => ({ productId, quantity }));
};

/** Whether an order asks for exactly these units; the sequence of the lines does not matter. */
export const hasSameLines = (order: Order, items: readonly ProductQuantity[]): boolean => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return (
    asked.size === order.items.length &&
    order.items.every((line) => asked.get(line.productId) === line.quantity)
  );
};

/** Units of a line that are not held, shipped or cancelled: they have not been reserved yet. */
export const missingUnits = (line: OrderLine): number =>
  line.quantity - line.reservedQuantity - line.shippedQuantity - line.cancelledQuantity;
