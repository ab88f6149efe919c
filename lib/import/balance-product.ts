import type { CounterShare } from './books.ts';
import type { AdjustmentRecord, Holding, ProductRecord } from './records.ts';
import type { Finding } from './report.ts';

/** What the books say of one product, added up. */
export type ProductSums = {
  readonly row: ProductRecord;
  /** The old shop's counter of reserved units; undefined if it has none. */
  readonly reserved: number | undefined;
  held: number;
  /** The least and the most that its counter can be, if shipped units still count, and if not. */
  readonly counted: Range;
  readonly left: Range;
  stillCounted: number;
  readonly adjustments: Map<string, AdjustmentRecord>;
};

type Range = { least: number; most: number };

export const openSums = (row: ProductRecord, reserved: number | undefined): ProductSums => ({
  row,
  reserved,
  held: 0,
  counted: { least: 0, most: 0 },
  left: { least: 0, most: 0 },
  stillCounted: 0,
  adjustments: new Map(),
});

export const addShare = (sums: ProductSums, share: CounterShare): void => {
  const { net, held, isShipped, stillCounted } = share;
  sums.counted.least += net;
  sums.counted.most += held;
  if (!isShipped) {
    sums.left.least += net;
    sums.left.most += held;
  }
  sums.stillCounted += stillCounted;
};

/** Adds up the rows of one cause. */
export const addAdjustment = (sums: ProductSums, adjustment: AdjustmentRecord): void => {
  const { referenceId, quantity } = adjustment;
  const before = sums.adjustments.get(referenceId);
  sums.adjustments.set(
    referenceId,
    before ? { ...before, quantity: before.quantity + quantity } : adjustment,
  );
};

/** Whether the old shop takes shipped goods out of its stock, or the import has to find out. */
export type ShippedGoods = 'auto' | 'counted' | 'left';

/**
 * A product as it is to be opened.
 *
 * - `available`: what it sells from the first moment on. The units that orders hold come with them.
 * - `missing`: units that orders hold, and that are not there.
 * - `stillCounted`: shipped units that the old shop had on hand.
 */
export type BalancedProduct = {
  readonly row: ProductRecord;
  readonly available: number;
  readonly missing: number;
  readonly stillCounted: number;
  readonly adjustments: readonly AdjustmentRecord[];
  readonly findings: readonly Finding[];
};

/**
 * Finds out what a product has on hand. In the Rails code, nothing takes shipped goods out of the
 * counters; a shop may have done so elsewhere. The counter of reserved units tells: if it still has
 * the units of shipped orders, so has the stock.
 */
export const balanceProduct = (sums: ProductSums, shippedGoods: ShippedGoods): BalancedProduct => {
  const { row, reserved, held, counted, left } = sums;
  const findings: Finding[] = [];
  const areCounted =
    shippedGoods === 'auto'
      ? reserved !== undefined && distance(counted, reserved) <= distance(left, reserved)
      : shippedGoods === 'counted';
  const range = areCounted ? counted : left;
  if (reserved !== undefined && distance(range, reserved) > 0) {
    findings.push({
      kind: 'counter_differs',
      productId: row.id,
      quantity: reserved - range.most,
      is: `reserved_quantity is ${reserved}, and the ledger says ${range.most}`,
      done: `${held} reserved, as its orders hold`,
    });
  }
  const stillCounted = areCounted ? sums.stillCounted : 0;
  const onHand = row.stockQuantity - stillCounted;
  if (onHand < 0) {
    findings.push({
      kind: 'stock_below_zero',
      productId: row.id,
      quantity: -onHand,
      is:
        stillCounted > 0
          ? `stock_quantity is ${row.stockQuantity}, and ${stillCounted} of it have been shipped`
          : `stock_quantity is ${row.stockQuantity}`,
      done: 'counts as 0: count the shelf',
    });
  }
  const there = Math.max(0, onHand);
  return {
    row,
    available: Math.max(0, there - held),
    missing: Math.max(0, held - there),
    stillCounted,
    adjustments: [...sums.adjustments.values()]
      .filter(({ quantity }) => quantity !== 0)
      .sort((a, b) => (a.referenceId < b.referenceId ? -1 : 1)),
    findings,
  };
};

const distance = (range: Range, value: number): number => {
  const least = Math.min(range.least, range.most);
  return Math.max(0, least - value, value - range.most);
};

/**
 * Which orders hold units that are not there: those that reserved them last.
 *
 * @param missing the units that are not there
 */
export const holdingsWithoutStock = (
  productId: string,
  missing: number,
  holdings: readonly Holding[],
): Finding[] => {
  const newestFirst = [...holdings].sort(
    (a, b) => b.at.localeCompare(a.at) || (a.orderId < b.orderId ? 1 : -1),
  );
  const findings: Finding[] = [];
  let left = missing;
  for (const { orderId, units } of newestFirst) {
    if (left <= 0) break;
    const quantity = Math.min(units, left);
    left -= quantity;
    findings.push({
      kind: 'reserved_without_stock',
      orderId,
      productId,
      quantity,
      is: `holds ${units}, and ${quantity} of them are not on hand`,
      done: `it holds them, and ${quantity} are recorded as stock: count the shelf`,
    });
  }
  return findings;
};
