import type { SpillPart } from '../../audit/spill.ts';
import { type Books, spillIn } from '../books.ts';
import type { Source } from '../import-shop.ts';
import type { ImportPorts } from '../ports.ts';
import type { OpenReport } from '../report.ts';
import { type Derived, deriveOrder, type OrderOptions, type RawOrder } from './derive-order.ts';
import type { Raw, RawOrderEntry, RawProductEntry } from './raw.ts';
import { readRails } from './read-rails.ts';

/**
 * The four tables of the Rails code, exported into a folder. They are read once, into temporary files
 * by product and by order; then each part of these is worked on alone, so that the memory does not grow
 * with the shop.
 */
export const railsShop =
  (folder: string, options: OrderOptions): Source =>
  async (books, report, ports) => {
    const raw: Raw = {
      products: spillIn<RawProductEntry>(ports.folder, 'raw-products'),
      orders: spillIn<RawOrderEntry>(ports.folder, 'raw-orders'),
    };
    await readRails(folder, raw, report, ports);
    await passProductsOn(raw, books, report, ports);
    await deriveOrders(raw, books, report, options, ports);
  };

/** The two passes over the parts of a shop that is not huge: 64 files each. */
const EACH_PART = 1 / 128;

const showParts = ({ onProgress }: ImportPorts, from: number) => {
  let done = from;
  return (): void => {
    done = Math.min(from + 0.5, done + EACH_PART);
    onProgress?.({ step: 'comparing', done });
  };
};

/** Orders hear of the products that they are about and that do not exist. */
const passProductsOn = async (
  raw: Raw,
  books: Books,
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  const partIsDone = showParts(ports, 0);
  for await (const part of raw.products.parts()) {
    const known = new Set<string>();
    for await (const entry of part.records()) {
      passOn(entry, known, raw, books, report);
      await Promise.all([raw.orders.settle(), books.settle()]);
    }
    partIsDone();
  }
};

const passOn = (
  entry: RawProductEntry,
  known: Set<string>,
  { orders }: Raw,
  { products }: Books,
  report: OpenReport,
): void => {
  const [id] = entry;
  if (entry[1] === 'row') {
    if (known.has(id)) {
      report.add({
        kind: 'repeated_row',
        productId: id,
        is: 'again',
        done: 'the first row counts',
      });
      return;
    }
    known.add(id);
    products.add([id, 'row', entry[2], entry[3]]);
  } else if (entry[1] === 'asked') {
    if (!known.has(id)) orders.add([entry[2], 'gone', id]);
  } else if (entry[1] === 'adjustment') {
    if (known.has(id)) products.add([id, 'adjustment', entry[2]]);
    else {
      const { referenceId, quantity } = entry[2];
      const is = `adjusted by ${quantity} (${referenceId})`;
      report.add({ kind: 'unknown_product', productId: id, quantity, is, done: 'not imported' });
    }
  } else if (known.has(id)) {
    const share = { net: entry[2], held: Math.max(0, entry[2]), isShipped: false, stillCounted: 0 };
    products.add([id, 'share', share]);
  }
};

const deriveOrders = async (
  raw: Raw,
  books: Books,
  report: OpenReport,
  options: OrderOptions,
  ports: ImportPorts,
): Promise<void> => {
  const partIsDone = showParts(ports, 0.5);
  for await (const part of raw.orders.parts()) {
    for (const order of (await gather(part, report)).values()) {
      keep(order, deriveOrder(order, options), books, report);
      await books.settle();
    }
    partIsDone();
  }
};

const emptyOrder = (id: string): RawOrder => ({
  id,
  ordered: new Map(),
  movements: [],
  gone: new Set(),
});

const gather = async (
  part: SpillPart<RawOrderEntry>,
  report: OpenReport,
): Promise<Map<string, RawOrder>> => {
  const orders = new Map<string, RawOrder>();
  for await (const entry of part.records()) {
    const [id] = entry;
    const order: RawOrder = orders.get(id) ?? emptyOrder(id);
    orders.set(id, order);
    if (entry[1] === 'row') {
      if (order.row) {
        report.add({
          kind: 'repeated_row',
          orderId: id,
          is: 'again',
          done: 'the first row counts',
        });
      } else order.row = entry[2];
    } else if (entry[1] === 'item') {
      const [, , productId, units] = entry;
      order.ordered.set(productId, (order.ordered.get(productId) ?? 0) + units);
    } else if (entry[1] === 'movement') order.movements.push(entry[2]);
    else order.gone.add(entry[2]);
  }
  return orders;
};

const keep = ({ id, gone }: RawOrder, derived: Derived, books: Books, report: OpenReport): void => {
  const { record, shares, holdings, adjustments, findings } = derived;
  if (record) books.orders.add([id, record]);
  for (const [productId, share] of shares) books.products.add([productId, 'share', share]);
  for (const [productId, { units, at }] of holdings) {
    books.products.add([productId, 'holding', { orderId: id, units, at }]);
  }
  for (const [productId, adjustment] of adjustments) {
    // Of a product that is gone, its order has been reported.
    if (!gone.has(productId)) books.products.add([productId, 'adjustment', adjustment]);
  }
  for (const finding of findings) report.add(finding);
};
