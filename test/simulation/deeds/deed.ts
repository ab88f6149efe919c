/**
 * What one type of deed is: how it is asked for, what its answers must mean, and how it is drawn. A
 * further operation is one more of these, in the list of `index.ts`.
 */
import type { Row } from '../../support/fake-dynamodb.ts';
import type { FunctionName } from '../calls.ts';
import type { Chance } from '../choices.ts';
import type { MovementRow, OrderRow, ProductRow } from '../laws.ts';
import type { Moment, Truth, Written } from '../truth.ts';

export type Units = { readonly productId: string; readonly quantity: number };

export type DeedType<Deed extends { readonly type: string }> = {
  readonly type: Deed['type'];
  /** The call over HTTP that it is; absent where it is messages of another system. */
  readonly request?: (deed: Deed) => Request;
  /** What the queue has to do once the deed is accepted with this answer. */
  readonly work?: (deed: Deed, answer: Row) => readonly Content[];
  /** What is not true of an answer. */
  readonly lies?: (told: Told<Deed>) => string[];
  /** Ways to do it, by name. */
  readonly kinds: Readonly<Record<string, Kind<Deed>>>;
};

export type Kind<Deed> = {
  /** How much more often than the rarest it is done. */
  readonly often: number;
  readonly draw: (draw: Draw) => Deed;
  /** What it is in a small world. */
  readonly small?: Deed;
  /** Which small worlds it is in; by default those of the first operations. */
  readonly meets?: Meetings;
};

/** How the order is at the beginning of a small world. */
export const BEGINNINGS = [
  'absent',
  'expired',
  'confirmed',
  'cancelled',
  'grace',
  'grace over',
  'locked',
  'shipped',
] as const;

export type Beginning = (typeof BEGINNINGS)[number];

export type Meetings = {
  readonly begins: readonly Beginning[];
  /** Kinds of deeds, and the sweep, besides a cancellation. */
  readonly others: readonly string[];
  /** Takes so many steps that its small worlds are searched without faults. */
  readonly isLong?: true;
};

/** The one order of a small world, and its one product. */
export const SMALL = {
  orderId: 'o1',
  productId: 'p1',
  items: [{ productId: 'p1', quantity: 2 }],
  part: [{ productId: 'p1', quantity: 1 }],
} as const;

export type Request = {
  readonly to: FunctionName;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly json?: object;
};

/** What a message of the queue says. */
export type Content =
  | {
      readonly orderId: string;
      readonly orderCreatedAt?: string;
      readonly orderRound?: number;
      readonly restock?: boolean;
      readonly graceSeconds?: number;
      readonly onlyIf?: 'pending';
      readonly items?: readonly Units[];
      readonly idempotencyKey?: string;
      readonly reason?: string;
    }
  | { readonly callOff: string };

/** Draws what a deed is about. Choices that are not used cost nothing. */
export type Draw = Pick<Chance, 'between' | 'happens' | 'oneOf'> & {
  /** Names the deed. */
  readonly id: string;
  /** The order that the shopper mostly deals with, and the one that this deed is about. */
  readonly own: string;
  readonly orderId: string;
  readonly productId: string;
  /** Another product. */
  readonly anyProductId: (label: string) => string;
  /** A moment of the near future. */
  readonly soon: () => string;
  /** Units of each product at the beginning. */
  readonly stock: number;
  readonly isLarge: (orderId: string) => boolean;
  readonly largeOrderId: () => string;
  readonly largeItems: () => Units[];
  /** Any lines. */
  readonly items: () => Units[];
  /** The lines of an order, whoever places it. */
  readonly itemsOf: (orderId: string) => Units[];
  /** Some of its units. */
  readonly partOf: (orderId: string) => Units[];
  /** Some of all orders. */
  readonly orderIds: () => string[];
  /** A key that others use, too. */
  readonly key: () => string;
};

/** A call that was answered, and what the tables showed while it lasted. */
export type Told<Deed> = {
  /** The process that answered. */
  readonly id: string;
  readonly deed: Deed;
  readonly from: Moment;
  readonly to: Moment;
  readonly status: number;
  readonly code: string;
  readonly body: Row;
  readonly truth: Truth;
  readonly order: (orderId: string, at: Moment) => OrderRow | undefined;
  readonly product: (productId: string, at: Moment) => ProductRow | undefined;
  /** Whether there was such a moment. */
  readonly once: (holds: (at: Moment) => unknown) => boolean;
  /** Whether the call's own process did this to a row. */
  readonly did: (table: string, key: string, what: (written: Written) => boolean) => boolean;
};

/** Says what an answer claims, unless it is so. */
export const claim = (isTrue: boolean, what: string): string[] => (isTrue ? [] : [what]);

export const unexpected = ({ status, body }: Pick<Told<unknown>, 'status' | 'body'>): string[] => [
  `an answer that nobody expects: ${status} ${JSON.stringify(body)}`,
];

export const isCreation = ({ before, after }: Written): boolean => !before && after !== undefined;
export const isDeletion = ({ before, after }: Written): boolean => before !== undefined && !after;
export const isCancellation = ({ before, after }: Pick<Written, 'before' | 'after'>): boolean =>
  (after as OrderRow | undefined)?.status === 'cancelled' &&
  (before as OrderRow | undefined)?.status !== 'cancelled';

/** Whether an order is placed or being placed, and its goods are still here. */
export const isInHouse = (row: OrderRow | undefined): row is OrderRow =>
  row?.status === 'pending' || row?.status === 'confirmed';

export const lineOf = (row: OrderRow | undefined, productId: string) =>
  row?.items.find((line) => line.productId === productId);

export const hasShipped = ({ items }: OrderRow): boolean =>
  items.some(({ shippedQuantity }) => shippedQuantity > 0);

/** Units of each product. */
export const summed = (items: readonly Units[]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { productId, quantity } of items) {
    sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  }
  return sums;
};

export const hasSameUnits = (one: readonly Units[], other: readonly Units[]): boolean => {
  const [some, others] = [summed(one), summed(other)];
  return some.size === others.size && [...some].every(([id, units]) => others.get(id) === units);
};

/** What an order's cancellations in part took of each product, and call-offs of it. */
export const cancelledByPart = (truth: Truth, row: OrderRow, at: Moment): Map<string, number> => {
  const placed = truth.deeds('orders', row.id, 0, at).findLast(isCreation);
  return summed(
    row.movementReferences
      .filter((reference) => /_cancellation_/.test(reference))
      .flatMap((reference) => truth.recorded(reference, placed?.at ?? 0, at) as MovementRow[])
      .map(({ productId, quantity }) => ({ productId, quantity: Math.abs(quantity) })),
  );
};

/** A row that is shown was like that. */
export const isShown = (
  table: 'orders' | 'products',
  row: Row,
  { once, truth }: Pick<Told<unknown>, 'once' | 'truth'>,
): string[] =>
  claim(
    once((at) => {
      const now = truth.row(table, String(row.id), at);
      return (
        now !== undefined &&
        SHOWN.every((name) => JSON.stringify(now[name]) === JSON.stringify(row[name]))
      );
    }),
    `${table} has ${JSON.stringify(row).slice(0, 200)}`,
  );

const SHOWN = [
  'updatedAt',
  'version',
  'status',
  'stockQuantity',
  'reservedQuantity',
  'closed',
  'releaseAt',
  'expiresAt',
  'lock',
  'metadata',
];
