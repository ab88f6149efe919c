/** What an import found wrong in the old shop's data, by kind, in the words of a shop owner. */
export const FINDING_KINDS = {
  restored_twice: 'restored again after everything was restored',
  restored_too_much: 'more restored than was held',
  not_restored: 'cancelled, and not restored',
  restored_while_open: 'restored, and not cancelled',
  restored_after_shipping: 'restored, and shipped',
  ordered_not_reserved: 'ordered, and not reserved',
  reserved_not_ordered: 'reserved, and not ordered',
  shipped_not_reserved: 'shipped, and not reserved',
  reserved_without_stock: 'reserved without stock',
  counter_differs: 'the reserved counter is not what the ledger says',
  stock_below_zero: 'less than nothing on hand',
  unknown_status: 'no status of an order',
  unknown_movement_type: 'no type of a movement',
  unknown_order: 'the order does not exist',
  unknown_product: 'the product does not exist',
  no_order: 'moves stock for no order',
  no_quantity: 'no number of units',
  wrong_sign: 'the sign is wrong',
  reference_renamed: 'the reference is no reference here',
  text_changed: 'the text cannot be kept as it is',
  no_time: 'no time',
  bad_id: 'no id',
  repeated_row: 'the id is there twice',
  too_many_lines: 'more lines than an order can have',
} as const;
export type FindingKind = keyof typeof FINDING_KINDS;

/**
 * One thing that is wrong in the old shop's data.
 *
 * - `quantity`: the units that are wrong.
 * - `source`: the row, where it is about one row.
 * - `is`, `done`: what the data say, and what the import does about it.
 */
export type Finding = {
  readonly kind: FindingKind;
  readonly orderId?: string | undefined;
  readonly productId?: string | undefined;
  readonly quantity?: number | undefined;
  readonly source?: string | undefined;
  readonly is: string;
  readonly done: string;
};

/** A row of this shop that is in the way. It is left as it is. */
export type Difference = {
  readonly of: 'product' | 'order';
  readonly id: string;
  readonly is: string;
};

/** Rows that are new here, that were there already as they are, and that differ. */
export type Counts = { new: number; same: number; different: number };

/**
 * What an import did, or would do.
 *
 * - `findings`: at most `MOST_KEPT`; `found` counts all of them by kind.
 * - `stillCounted`: products whose shipped units the old shop still counted on hand.
 */
export type ImportReport = {
  readonly isApplied: boolean;
  readonly read: Readonly<Record<string, number>>;
  readonly products: Counts;
  readonly orders: Counts;
  readonly movements: number;
  readonly stillCounted: { readonly products: number; readonly units: number };
  readonly found: Readonly<Partial<Record<FindingKind, number>>>;
  readonly findings: readonly Finding[];
  readonly differences: readonly Difference[];
  readonly differing: number;
};

/** The findings and differences that stay in memory. */
export const MOST_KEPT = 10_000;

export type OpenReport = ReturnType<typeof openReport>;

/** @param onFinding gets every finding and difference, also those that are not kept */
export const openReport = (onFinding: (found: Finding | Difference) => void) => {
  const read: Record<string, number> = {};
  const products: Counts = { new: 0, same: 0, different: 0 };
  const orders: Counts = { new: 0, same: 0, different: 0 };
  const stillCounted = { products: 0, units: 0 };
  const found: Partial<Record<FindingKind, number>> = {};
  const findings: Finding[] = [];
  const differences: Difference[] = [];
  let movements = 0;
  return {
    products,
    orders,
    stillCounted,
    countRead: (what: string): number => {
      read[what] = (read[what] ?? 0) + 1;
      return read[what];
    },
    countMovements: (count: number): void => {
      movements += count;
    },
    add: (finding: Finding): void => {
      found[finding.kind] = (found[finding.kind] ?? 0) + 1;
      if (findings.length < MOST_KEPT) findings.push(finding);
      onFinding(finding);
    },
    differ: (difference: Difference): void => {
      if (differences.length < MOST_KEPT) differences.push(difference);
      onFinding(difference);
    },
    close: (isApplied: boolean): ImportReport => ({
      isApplied,
      read,
      products,
      orders,
      movements,
      stillCounted,
      found,
      findings,
      differences,
      differing: products.different + orders.different,
    }),
  };
};
