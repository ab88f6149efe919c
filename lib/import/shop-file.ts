/** Another shop as a file: a line of JSON for each product and each order. */
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import type { SpillPart } from '../audit/spill.ts';
import { mergeLines } from '../domain/order.ts';
import { ORDER_STATUSES, rulesOf } from '../domain/order-status.ts';
import { cancellation, id, MAX_QUANTITY, optional, quantity, text } from '../fields.ts';
import { type Books, spillIn } from './books.ts';
import type { Source } from './import-shop.ts';
import { jsonLines, textOf } from './json-lines.ts';
import { tooLarge } from './order-steps.ts';
import type { LineRecord, OrderRecord } from './records.ts';
import type { OpenReport } from './report.ts';
import { UnreadableError } from './unreadable-error.ts';

z.config(en());

/** ISO 8601 in UTC. */
const time = z.iso.datetime();

const Product = z.strictObject({
  type: z.literal('product'),
  id,
  name: text(255),
  /** Units in the building, with those that open orders hold. */
  stockQuantity: quantity(0),
  createdAt: time,
});

const Line = z
  .strictObject({
    productId: id,
    /** Units ordered. */
    quantity: quantity(1),
    /** Those of them that were cancelled; all, if the order is cancelled. */
    cancelledQuantity: optional(quantity(0)),
  })
  .check(
    z.refine((line) => (line.cancelledQuantity ?? 0) <= line.quantity, {
      error: 'No more can be cancelled than was ordered',
    }),
  );

const Order = z.strictObject({
  type: z.literal('order'),
  id,
  status: z.enum(ORDER_STATUSES),
  items: z.array(Line).check(
    z.minLength(1),
    z.maxLength(2_000),
    z.refine((items) => mergeLines(items).every((line) => line.quantity <= MAX_QUANTITY), {
      error: `Must not add up to more than ${MAX_QUANTITY} units of one product`,
    }),
  ),
  createdAt: time,
  /** When it came to its status; when it was placed, if absent. */
  statusSince: optional(time),
  expiresAt: optional(time),
  cancellationReason: cancellation.reason,
  cancellationNote: cancellation.note,
});

/** One line of the file. */
export const ShopLine = z.discriminatedUnion('type', [Product, Order]);
type ShopProduct = z.output<typeof Product>;
type ShopOrder = z.output<typeof Order>;

/** The schema of one line, for docs/import-shop.schema.json. */
export const shopLineSchema = (): object =>
  z.toJSONSchema(ShopLine, { io: 'input', unrepresentable: 'any' });

type ProductEntry =
  | readonly [productId: string, kind: 'row', product: ShopProduct]
  | readonly [productId: string, kind: 'asked', orderId: string];
type OrderEntry =
  | readonly [orderId: string, kind: 'row', order: ShopOrder]
  | readonly [orderId: string, kind: 'gone', productId: string];

/** Lines after which what was read is written out, and progress is told. */
const EACH = 1_000;

/** Products and orders may come in any sequence. */
export const shopFile =
  (path: string): Source =>
  async (books, report, ports) => {
    const products = spillIn<ProductEntry>(ports.folder, 'shop-products');
    const orders = spillIn<OrderEntry>(ports.folder, 'shop-orders');
    let rows = 0;
    for await (const line of validLines(path)) {
      report.countRead(line.type === 'product' ? 'products' : 'orders');
      if (line.type === 'product') products.add([line.id, 'row', line]);
      else {
        orders.add([line.id, 'row', line]);
        for (const { productId } of line.items) products.add([productId, 'asked', line.id]);
      }
      rows += 1;
      if (rows % EACH !== 0) continue;
      await Promise.all([products.settle(), orders.settle()]);
      ports.onProgress?.({ step: 'reading', done: rows });
    }
    for await (const part of products.parts()) {
      await enterProducts(part, orders, books, report);
      await Promise.all([orders.settle(), books.settle()]);
    }
    for await (const part of orders.parts()) {
      await enterOrders(part, books, report);
      await books.settle();
    }
  };

const MOST_TOLD = 5;

/** @throws UnreadableError that names the first lines that are wrong, before anything is written */
async function* validLines(path: string): AsyncGenerator<ShopProduct | ShopOrder> {
  const wrong: string[] = [];
  let more = 0;
  for await (const { line, value } of jsonLines(textOf(path), path)) {
    const { success, data, error } = ShopLine.safeParse(value);
    if (success) yield data;
    else if (wrong.length === MOST_TOLD) more += 1;
    else {
      const [issue] = error.issues;
      wrong.push(`line ${line}: ${issue?.path.join('.')}: ${issue?.message}`);
    }
  }
  if (wrong.length > 0) {
    const others = more > 0 ? `; and ${more} more` : '';
    throw new UnreadableError(`${path} has lines that are wrong: ${wrong.join('; ')}${others}`);
  }
}

const enterProducts = async (
  part: SpillPart<ProductEntry>,
  orders: { readonly add: (entry: OrderEntry) => void },
  { products }: Books,
  report: OpenReport,
): Promise<void> => {
  const known = new Set<string>();
  for await (const [id, kind, product] of part.records()) {
    if (kind !== 'row') continue;
    if (known.has(id)) {
      report.add({
        kind: 'repeated_row',
        productId: id,
        is: 'again',
        done: 'the first line counts',
      });
      continue;
    }
    known.add(id);
    const { name, stockQuantity, createdAt } = product;
    products.add([id, 'row', { id, name, stockQuantity, createdAt: exact(createdAt) }]);
  }
  for await (const [id, kind, orderId] of part.records()) {
    if (kind === 'asked' && !known.has(id)) orders.add([orderId, 'gone', id]);
  }
};

/** With milliseconds, as all times of the system. */
const exact = (at: string): string => new Date(at).toISOString();

const enterOrders = async (
  part: SpillPart<OrderEntry>,
  books: Books,
  report: OpenReport,
): Promise<void> => {
  const rows = new Map<string, ShopOrder>();
  const gone = new Map<string, Set<string>>();
  for await (const entry of part.records()) {
    const [id] = entry;
    if (entry[1] === 'gone') gone.set(id, (gone.get(id) ?? new Set()).add(entry[2]));
    else if (rows.has(id)) {
      report.add({ kind: 'repeated_row', orderId: id, is: 'again', done: 'the first line counts' });
    } else rows.set(id, entry[2]);
  }
  for (const order of rows.values()) {
    const record = recordOf(order, gone.get(order.id) ?? new Set(), report);
    const excess = tooLarge(record);
    if (excess) {
      report.add(excess);
      continue;
    }
    books.orders.add([order.id, record]);
    for (const { productId, reservedQuantity } of record.items) {
      if (reservedQuantity === 0) continue;
      const holding = { orderId: order.id, units: reservedQuantity, at: record.createdAt };
      books.products.add([productId, 'holding', holding]);
    }
  }
};

const recordOf = (order: ShopOrder, gone: ReadonlySet<string>, report: OpenReport): OrderRecord => {
  const { id, status, items, createdAt, statusSince, expiresAt } = order;
  const lines = new Map<string, { quantity: number; cancelled: number }>();
  for (const { productId, quantity, cancelledQuantity = 0 } of items) {
    const line = lines.get(productId) ?? { quantity: 0, cancelled: 0 };
    line.quantity += quantity;
    line.cancelled += cancelledQuantity;
    lines.set(productId, line);
  }
  return {
    id,
    status,
    createdAt: exact(createdAt),
    statusSince: exact(statusSince ?? createdAt),
    ...(expiresAt !== undefined && { expiresAt: exact(expiresAt) }),
    cancellationReason: order.cancellationReason,
    cancellationNote: order.cancellationNote,
    items: [...lines].map(([productId, { quantity, cancelled }]): LineRecord => {
      const isGone = gone.has(productId);
      if (isGone) {
        const is = `${quantity} of it`;
        const done = 'no stock moves for it';
        report.add({ kind: 'unknown_product', orderId: id, productId, quantity, is, done });
      }
      return { productId, ...unitsOf(status, quantity, cancelled, isGone) };
    }),
  };
};

const unitsOf = (
  status: ShopOrder['status'],
  quantity: number,
  cancelled: number,
  isGone: boolean,
): Omit<LineRecord, 'productId'> => {
  const { cancellation: of } = rulesOf(status);
  const isCancelled = of === 'done' || (isGone && of === 'possible');
  const cancelledQuantity = isCancelled ? quantity : cancelled;
  const left = quantity - cancelledQuantity;
  return {
    reservedQuantity: of === 'possible' ? left : 0,
    shippedQuantity: of === 'goods_left' ? left : 0,
    cancelledQuantity,
    ...(isGone && { notInLedger: true }),
  };
};
