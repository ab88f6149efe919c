/** Reads the four tables, and sorts what they have by order and by product. */
import { ORDER_STATUSES, type OrderStatus, rulesOf } from '../../domain/order-status.ts';
import { MOVEMENT_TYPES, type MovementType } from '../../domain/stock-movement.ts';
import type { ImportPorts } from '../ports.ts';
import type { FindingKind, OpenReport } from '../report.ts';
import type { Raw, RawMovement, RawRow } from './raw.ts';
import { readTable, type TableRow } from './read-table.ts';
import { idOf, nameOf, timeOf, wholeNumber } from './values.ts';

/** Rows after which what was read is written out, and progress is told. */
const EACH = 1_000;

/** Where a row without a time stands: before all others. */
const NO_TIME = '1970-01-01T00:00:00.000Z';

/** A reference that a caller may choose for an adjustment. */
const REFERENCE = /^(?!(?:order|product)_)[A-Za-z0-9._-]{1,64}$/;

const COLUMNS = {
  products: ['id', 'name', 'stock_quantity', 'reserved_quantity', 'created_at'],
  orders: ['id', 'status', 'cancelled_at', 'created_at', 'updated_at'],
  order_items: ['order_id', 'product_id', 'quantity'],
  stock_movements: [
    'id',
    'product_id',
    'order_id',
    'movement_type',
    'quantity',
    'reference_id',
    'created_at',
  ],
} as const;
type Table = keyof typeof COLUMNS;

/** Products first: so the row of a product comes before whatever is about it. */
export const readRails = async (
  folder: string,
  raw: Raw,
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  let rows = 0;
  const each = async (table: Table, enter: (row: Row) => void): Promise<void> => {
    for await (const cells of readTable(folder, table, COLUMNS[table])) {
      report.countRead(table);
      enter(rowOf(table, cells, report));
      rows += 1;
      if (rows % EACH !== 0) continue;
      await Promise.all([raw.products.settle(), raw.orders.settle()]);
      ports.onProgress?.({ step: 'reading', done: rows });
    }
  };
  await each('products', (row) => enterProduct(row, raw));
  await each('orders', (row) => enterOrder(row, raw));
  await each('order_items', (row) => enterItem(row, raw));
  await each('stock_movements', (row) => enterMovement(row, raw));
};

/** A row, and how to say what is wrong with it. */
type Row = {
  readonly cell: TableRow;
  readonly tell: (
    kind: FindingKind,
    is: string,
    done: string,
    about?: { readonly orderId?: string | undefined; readonly productId?: string | undefined },
  ) => void;
  /** The time in this column, or the first other one that has one. */
  readonly time: (column: string, ...others: readonly string[]) => string;
};

const rowOf = (table: Table, cell: TableRow, report: OpenReport): Row => {
  const source = `${table} ${cell('id') ?? '?'}`;
  const tell: Row['tell'] = (kind, is, done, about = {}) =>
    report.add({ kind, ...about, source, is, done });
  return {
    cell,
    tell,
    time: (column, ...others) => {
      for (const name of [column, ...others]) {
        const text = cell(name);
        const at = timeOf(text);
        if (at !== undefined) return at;
        if (text !== null)
          tell('no_time', `${name} is ${quoted(text)}`, 'another time stands for it');
      }
      tell('no_time', `has no ${column}`, `counts as ${NO_TIME}`);
      return NO_TIME;
    },
  };
};

const quoted = (text: string | null): string =>
  text === null ? 'NULL' : JSON.stringify(text.slice(0, 80));

const enterProduct = (row: Row, raw: Raw) => {
  const { cell, tell } = row;
  const id = idOf(cell('id'));
  if (id === undefined) return tell('bad_id', `its id is ${quoted(cell('id'))}`, 'not imported');
  const counter = (column: string): number => {
    const number = wholeNumber(cell(column));
    if (number === undefined) {
      const is = `${column} is ${quoted(cell(column))}`;
      tell('no_quantity', is, 'counts as 0', { productId: id });
    }
    return number ?? 0;
  };
  const name = nameOf(cell('name'), id);
  if (name !== cell('name')?.trim()) {
    const is = `its name is ${quoted(cell('name'))}`;
    tell('text_changed', is, `called ${quoted(name)}`, { productId: id });
  }
  const record = {
    id,
    name,
    stockQuantity: counter('stock_quantity'),
    createdAt: row.time('created_at', 'updated_at'),
  };
  raw.products.add([id, 'row', record, counter('reserved_quantity')]);
};

const isStatus = (text: string): text is OrderStatus =>
  (ORDER_STATUSES as readonly string[]).includes(text);

const enterOrder = (row: Row, raw: Raw) => {
  const { cell, tell } = row;
  const id = idOf(cell('id'));
  if (id === undefined) return tell('bad_id', `its id is ${quoted(cell('id'))}`, 'not imported');
  const text = cell('status') ?? '';
  const status: RawRow['status'] = isStatus(text) ? text : { unknown: text };
  const createdAt = row.time('created_at', 'updated_at');
  const later = timeOf(cell('cancelled_at')) ?? timeOf(cell('updated_at')) ?? createdAt;
  const isCancelled = isStatus(text) && rulesOf(text).cancellation === 'done';
  const since = isCancelled ? later : (timeOf(cell('updated_at')) ?? createdAt);
  const statusSince = text === 'pending' || since < createdAt ? createdAt : since;
  raw.orders.add([id, 'row', { status, createdAt, statusSince }]);
};

const enterItem = ({ cell, tell }: Row, raw: Raw) => {
  const orderId = idOf(cell('order_id'));
  const productId = idOf(cell('product_id'));
  if (orderId === undefined || productId === undefined) {
    const is = `is of order ${quoted(cell('order_id'))} and product ${quoted(cell('product_id'))}`;
    return tell('bad_id', is, 'ignored', { orderId, productId });
  }
  const units = wholeNumber(cell('quantity'));
  if (units === undefined || units <= 0) {
    const is = `its quantity is ${quoted(cell('quantity'))}`;
    return tell('no_quantity', is, 'ignored', { orderId, productId });
  }
  raw.orders.add([orderId, 'item', productId, units]);
  raw.products.add([productId, 'asked', orderId]);
};

const isMovementType = (text: string): text is MovementType =>
  (MOVEMENT_TYPES as readonly string[]).includes(text);

const enterMovement = (row: Row, raw: Raw) => {
  const { cell, tell } = row;
  const productId = idOf(cell('product_id'));
  const orderId = idOf(cell('order_id'));
  const about = { orderId, productId };
  const hasBadOrder = orderId === undefined && cell('order_id') !== null;
  if (productId === undefined || hasBadOrder) {
    const is = `is of order ${quoted(cell('order_id'))} and product ${quoted(cell('product_id'))}`;
    return tell('bad_id', is, 'ignored', about);
  }
  const type = cell('movement_type') ?? '';
  if (!isMovementType(type)) {
    return tell('unknown_movement_type', `its type is ${quoted(type)}`, 'ignored', about);
  }
  const quantity = wholeNumber(cell('quantity'));
  if (quantity === undefined || quantity === 0) {
    return tell('no_quantity', `its quantity is ${quoted(cell('quantity'))}`, 'ignored', about);
  }
  const units = type === 'adjustment' ? quantity : unitsOf(type, quantity, row, about);
  if (orderId === undefined && type !== 'adjustment') {
    tell('no_order', `${type} of ${units}`, 'ignored: no order holds it', about);
    raw.products.add([productId, 'loose', type === 'reservation' ? units : -units]);
    return;
  }
  const movement: RawMovement = {
    id: cell('id') ?? '',
    type,
    productId,
    units,
    referenceId: type === 'adjustment' ? referenceOf(row, about) : '',
    at: row.time('created_at', 'updated_at'),
  };
  if (orderId === undefined) {
    const { referenceId, at } = movement;
    raw.products.add([productId, 'adjustment', { referenceId, quantity, at }]);
    return;
  }
  raw.orders.add([orderId, 'movement', movement]);
  raw.products.add([productId, 'asked', orderId]);
};

/** Rails writes reservations below zero, and restorations above. */
const unitsOf = (
  type: 'reservation' | 'restoration',
  quantity: number,
  { tell }: Row,
  about: { readonly orderId?: string | undefined; readonly productId?: string | undefined },
): number => {
  const units = Math.abs(quantity);
  const isReversed = type === 'reservation' ? quantity > 0 : quantity < 0;
  if (isReversed)
    tell('wrong_sign', `${type} of ${quantity}`, `counts as ${type} of ${units}`, about);
  return units;
};

/** What begins like the system's own references would be taken for one of these. */
const referenceOf = (
  { cell, tell }: Row,
  about: { readonly orderId?: string | undefined; readonly productId?: string | undefined },
): string => {
  const reference = cell('reference_id');
  if (reference !== null && REFERENCE.test(reference)) return reference;
  const given = `rails-${cell('id') ?? ''}`;
  if (reference !== null) {
    tell(
      'reference_renamed',
      `reference_id is ${quoted(reference)}`,
      `recorded as ${given}`,
      about,
    );
  }
  return given;
};
