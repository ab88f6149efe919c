/** Whether a shop is as it should be: every product's sums, every order, every movement. */
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { createLawCheck } from '../lib/domain/laws.ts';
import type { Order } from '../lib/domain/order.ts';
import type { Product } from '../lib/domain/product.ts';
import type { StockMovement } from '../lib/domain/stock-movement.ts';
import { movementFromItem, orderFromItem, productFromItem } from '../lib/dynamodb/items.ts';
import type { Shop } from './shop.ts';

/** All that a shop holds. */
export type Books = {
  readonly orders: readonly Order[];
  readonly products: readonly Product[];
  readonly movements: readonly StockMovement[];
};

export const readBooks = async ({ tables, direct: { client } }: Shop): Promise<Books> => {
  const [orders, products, movements] = await Promise.all([
    rowsOf(client, tables.orders, orderFromItem),
    rowsOf(client, tables.products, productFromItem),
    rowsOf(client, tables.stockMovements, movementFromItem),
  ]);
  return { orders, products, movements };
};

const rowsOf = async <Row>(
  client: DynamoDBDocumentClient,
  table: string,
  toRow: (item: Record<string, unknown>) => Row,
): Promise<Row[]> => {
  const rows: Row[] = [];
  const pages = paginateScan({ client }, { TableName: table, ConsistentRead: true });
  for await (const { Items = [] } of pages) rows.push(...Items.map(toRow));
  return rows;
};

/** @throws Error when a law is broken, or work was left half done */
export const requireLaws = ({ orders, products, movements }: Books): void => {
  const check = createLawCheck();
  for (const product of products) check.product(product);
  for (const order of orders) check.order(order);
  for (const movement of movements) check.movement(movement);
  const { violations, unfinished } = check.verdict();
  if (violations.length > 0 || unfinished.length > 0) {
    throw new Error(`The shop is not in order: ${JSON.stringify({ violations, unfinished })}`);
  }
};

/**
 * Every order cancelled, every unit of it restored by one movement, and nothing reserved any more.
 *
 * @throws Error when that is not so
 */
export const requireAllCancelled = (before: Books, after: Books): void => {
  requireLaws(after);
  const lines = before.orders.flatMap(({ items }) => items);
  const expected = {
    orders: before.orders.length,
    cancelled: before.orders.length,
    reserved: 0,
    stock: sum(before.products, ({ stockQuantity }) => stockQuantity),
    movements: before.movements.length + lines.length,
    restored: sum(lines, ({ reservedQuantity }) => reservedQuantity),
  };
  const restorations = after.movements.filter(({ movementType }) => movementType === 'restoration');
  const found: typeof expected = {
    orders: after.orders.length,
    cancelled: after.orders.filter(({ status }) => status === 'cancelled').length,
    reserved: sum(after.products, ({ reservedQuantity }) => reservedQuantity),
    stock: sum(after.products, ({ stockQuantity }) => stockQuantity),
    movements: after.movements.length,
    restored: sum(restorations, ({ quantity }) => quantity),
  };
  requireSame('After all was cancelled', expected, found);
};

/** @throws Error that shows both when they differ */
export const requireSame = (when: string, expected: unknown, found: unknown): void => {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(found)];
  if (wanted !== got) throw new Error(`${when}: expected ${wanted}, found ${got}`);
};

export const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
