import type { SpillPart } from '../audit/spill.ts';
import {
  addAdjustment,
  addShare,
  type BalancedProduct,
  balanceProduct,
  holdingsWithoutStock,
  openSums,
  type ProductSums,
  type ShippedGoods,
} from './balance-product.ts';
import { type Books, openBooks, type ProductEntry } from './books.ts';
import type { ImportPorts } from './ports.ts';
import type { Holding, OrderRecord } from './records.ts';
import {
  type Difference,
  type Finding,
  type ImportReport,
  type OpenReport,
  openReport,
} from './report.ts';
import { writeOrders } from './write-orders.ts';
import { writeProducts } from './write-products.ts';

/** A shop to import: reads what it has, and enters in the books what is to become of it. */
export type Source = (books: Books, report: OpenReport, ports: ImportPorts) => Promise<void>;

export type ImportOptions = {
  readonly shippedGoods: ShippedGoods;
  /** Gets every finding and difference, also those that the report does not keep. */
  readonly onFinding?: (found: Finding | Difference) => void;
};

/**
 * Imports another shop, or says what it would do. Products come first, because orders move them.
 * Each transaction keeps all laws, and leaves what is available as it is. What the tables have
 * already is not written again, so an import may be stopped anywhere, repeated, and run twice at
 * once, beside live traffic.
 *
 * @throws UnreadableError when the source cannot be read; then nothing was written.
 *   TimeIsUpError when it was stopped
 */
export const importShop = async (
  read: Source,
  { shippedGoods, onFinding = () => {} }: ImportOptions,
  ports: ImportPorts,
): Promise<ImportReport> => {
  const report = openReport(onFinding);
  const books = openBooks(ports.folder);
  await read(books, report, ports);
  for await (const part of books.products.parts()) {
    const balanced = await balancePart(part, report, shippedGoods);
    await writeProducts(balanced, report, ports);
    ports.onProgress?.({ step: 'products', done: total(report.products) });
  }
  for await (const part of books.orders.parts()) {
    let batch: OrderRecord[] = [];
    let lines = 0;
    const write = async (): Promise<void> => {
      await writeOrders(batch, report, ports);
      ports.onProgress?.({ step: 'orders', done: total(report.orders) });
      batch = [];
      lines = 0;
    };
    for await (const [, record] of part.records()) {
      batch.push(record);
      lines += record.items.length;
      if (batch.length >= ORDERS_AT_ONCE || lines >= LINES_AT_ONCE) await write();
    }
    await write();
  }
  return report.close(ports.isApplied);
};

/** Orders that are packed into transactions together. */
const ORDERS_AT_ONCE = 4_000;
const LINES_AT_ONCE = 20_000;

const total = (counts: OpenReport['products']): number =>
  counts.new + counts.same + counts.different;

const balancePart = async (
  part: SpillPart<ProductEntry>,
  report: OpenReport,
  shippedGoods: ShippedGoods,
): Promise<BalancedProduct[]> => {
  const all = new Map<string, ProductSums>();
  for await (const entry of part.records()) enter(all, entry);
  const balanced = [...all.values()].map((sums) => balanceProduct(sums, shippedGoods));
  for (const { findings, stillCounted } of balanced) {
    for (const finding of findings) report.add(finding);
    report.stillCounted.units += stillCounted;
    if (stillCounted > 0) report.stillCounted.products += 1;
  }
  const short = new Map(
    balanced.filter(({ missing }) => missing > 0).map((one) => [one.row.id, one.missing]),
  );
  if (short.size > 0) await nameHolders(part, short, report);
  return balanced;
};

const enter = (all: Map<string, ProductSums>, entry: ProductEntry): void => {
  const [id] = entry;
  if (entry[1] === 'row') {
    all.set(id, openSums(entry[2], entry[3]));
    return;
  }
  const sums = all.get(id);
  // A product that does not exist has been reported.
  if (!sums) return;
  if (entry[1] === 'holding') sums.held += entry[2].units;
  else if (entry[1] === 'share') addShare(sums, entry[2]);
  else addAdjustment(sums, entry[2]);
};

/** Reads the part once more: to keep all holdings of all products would be too much. */
const nameHolders = async (
  part: SpillPart<ProductEntry>,
  short: ReadonlyMap<string, number>,
  report: OpenReport,
): Promise<void> => {
  const holdings = new Map<string, Holding[]>();
  for await (const [id, kind, holding] of part.records()) {
    if (kind !== 'holding' || !short.has(id)) continue;
    const ofProduct = holdings.get(id) ?? [];
    holdings.set(id, ofProduct);
    ofProduct.push(holding);
  }
  for (const [id, missing] of short) {
    for (const finding of holdingsWithoutStock(id, missing, holdings.get(id) ?? [])) {
      report.add(finding);
    }
  }
};
