/** The SQL statements that the Rails code sends. */
import { deepStrictEqual } from 'node:assert/strict';
import type postgres from 'postgres';
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';

/** Rails numbers its rows; these are the orders, numbered in their sequence. */
export type Rows = {
  readonly orders: readonly number[];
  readonly items: readonly {
    readonly orderId: number;
    readonly productId: number;
    readonly quantity: number;
  }[];
  readonly products: readonly { readonly id: number; readonly reserved: number }[];
};

/** The schema, with the indexes that Rails creates for references. */
const SCHEMA = `
  DROP TABLE IF EXISTS stock_movements, order_items, products, orders;
  CREATE TABLE orders (
    id bigserial PRIMARY KEY,
    status varchar NOT NULL,
    cancelled_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
  );
  CREATE TABLE products (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    stock_quantity integer DEFAULT 0 NOT NULL,
    reserved_quantity integer DEFAULT 0 NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
  );
  CREATE TABLE order_items (
    id bigserial PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    product_id bigint NOT NULL REFERENCES products,
    quantity integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
  );
  CREATE TABLE stock_movements (
    id bigserial PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products,
    order_id bigint REFERENCES orders,
    movement_type varchar NOT NULL,
    quantity integer NOT NULL,
    reference_id varchar,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
  );
  CREATE INDEX ON order_items (order_id);
  CREATE INDEX ON order_items (product_id);
  CREATE INDEX ON stock_movements (product_id);
  CREATE INDEX ON stock_movements (order_id);
`;

/** The same orders, as rows. */
export const toRows = (orders: readonly NewOrder[]): Rows => {
  const ids = new Map<string, number>();
  const reserved = new Map<number, number>();
  const items = orders.flatMap((order, index) =>
    order.items.map(({ productId: name, quantity }) => {
      const productId = ids.get(name) ?? ids.size + 1;
      ids.set(name, productId);
      reserved.set(productId, (reserved.get(productId) ?? 0) + quantity);
      return { orderId: index + 1, productId, quantity };
    }),
  );
  return {
    orders: orders.map((_, index) => index + 1),
    items,
    products: [...reserved].map(([id, quantity]) => ({ id, reserved: quantity })),
  };
};

const ROWS_AT_ONCE = 1_000;

export const fillTables = async (
  sql: postgres.Sql,
  { orders, items, products }: Rows,
): Promise<void> => {
  const at = new Date();
  const tables: Record<string, Record<string, unknown>[]> = {
    orders: orders.map((id) => ({ id, status: 'pending' })),
    products: products.map(({ id, reserved }) => ({
      id,
      name: `The ${id}`,
      stock_quantity: reserved + 100,
      reserved_quantity: reserved,
    })),
    order_items: items.map(({ orderId, productId, quantity }) => ({
      order_id: orderId,
      product_id: productId,
      quantity,
    })),
    stock_movements: items.map(({ orderId, productId, quantity }) => ({
      product_id: productId,
      order_id: orderId,
      movement_type: 'reservation',
      quantity: -quantity,
      reference_id: `order_${orderId}`,
    })),
  };
  await sql.unsafe(SCHEMA);
  for (const [table, rows] of Object.entries(tables)) {
    for (const some of inParts(rows, ROWS_AT_ONCE)) {
      const timed = some.map((row) => ({ ...row, created_at: at, updated_at: at }));
      await sql`INSERT INTO ${sql(table)} ${sql(timed)}`;
    }
  }
  await sql`ANALYZE`;
};

/**
 * `Order#cancel!` with the guard and the row locks that make it correct. It locks the order first,
 * and then the products sorted by id, so that two cancellations cannot deadlock.
 *
 * @param before awaited before each statement
 * @returns the number of statements
 */
export const cancel = async (
  connection: postgres.ReservedSql,
  orderId: number,
  before: () => Promise<void>,
): Promise<number> => {
  let statements = 0;
  const say = async <Row extends postgres.MaybeRow>(
    statement: () => postgres.PendingQuery<Row[]>,
  ): Promise<Row[]> => {
    statements += 1;
    await before();
    return [...(await statement())];
  };
  const at = new Date();
  await say(() => connection`BEGIN`);
  const [order] = await say(
    () => connection`SELECT * FROM orders WHERE id = ${orderId} LIMIT 1 FOR UPDATE`,
  );
  if (order?.status !== 'pending') throw new Error(`Order ${orderId} is ${order?.status}.`);
  await say(
    () => connection`
      UPDATE orders SET status = 'cancelled', cancelled_at = ${at}, updated_at = ${at}
      WHERE id = ${orderId}`,
  );
  const items = await say(() => connection`SELECT * FROM order_items WHERE order_id = ${orderId}`);
  const ids = items.map(({ product_id: id }) => String(id));
  const products = await say(
    () => connection`SELECT * FROM products WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`,
  );
  const reserved = new Map(products.map((row) => [row.id, Number(row.reserved_quantity)]));
  for (const { product_id: id, quantity } of items) {
    const left = Math.max((reserved.get(id) ?? 0) - Number(quantity), 0);
    await say(
      () => connection`
        UPDATE products SET reserved_quantity = ${left}, updated_at = ${at} WHERE id = ${id}`,
    );
    await say(
      () => connection`
        INSERT INTO stock_movements
          (product_id, order_id, movement_type, quantity, reference_id, created_at, updated_at)
        VALUES (${id}, ${orderId}, 'restoration', ${quantity},
          ${`order_${orderId}_cancellation`}, ${at}, ${at})
        RETURNING id`,
    );
  }
  await say(() => connection`COMMIT`);
  return statements;
};

/** @throws Error when an order, a product or a movement is wrong after everything was cancelled */
export const requireAllCancelled = async (
  sql: postgres.Sql,
  { orders, items }: Rows,
): Promise<void> => {
  const [found] = await sql`
    SELECT
      (SELECT count(*)::int FROM orders WHERE status = 'cancelled') AS cancelled,
      (SELECT sum(reserved_quantity)::int FROM products) AS reserved,
      (SELECT count(*)::int FROM stock_movements WHERE movement_type = 'restoration') AS restorations,
      (SELECT sum(quantity)::int FROM stock_movements WHERE movement_type = 'restoration') AS restored,
      (SELECT sum(quantity)::int FROM stock_movements) AS balance`;
  deepStrictEqual(
    { ...found },
    {
      cancelled: orders.length,
      reserved: 0,
      restorations: items.length,
      restored: items.reduce((total, { quantity }) => total + quantity, 0),
      balance: 0,
    },
  );
};
