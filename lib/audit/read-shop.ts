import { isUnfinished } from '../domain/laws/law-check.ts';
import { checkMovement, movementName } from '../domain/laws/movement-laws.ts';
import { checkDue, checkOrder } from '../domain/laws/order-laws.ts';
import { checkBounds, checkRetired } from '../domain/laws/product-laws.ts';
import type { Violation } from '../domain/laws/violation.ts';
import { type Books, enterMovement, enterOrder, enterProduct } from './books.ts';
import type { AuditPorts, AuditProgress, TableScan } from './ports.ts';
import type { OpenReport } from './report.ts';

/**
 * Reads all tables once, and enters every row in the books. What a row violates alone needs no second
 * look: one consistent read of one row is a moment.
 */
export const readShop = async (
  books: Books,
  report: OpenReport,
  ports: AuditPorts,
): Promise<void> => {
  const { store, runtime } = ports;
  const read = readInto(books, report, ports);
  await read(
    'products',
    'product',
    store.scanProducts,
    (product) => {
      enterProduct(books, product);
      return [...checkBounds(product), ...checkRetired(product, runtime.now())];
    },
    ({ id }) => id,
  );
  await read(
    'orders',
    'order',
    store.scanOrders,
    ({ order, dueAt }) => {
      enterOrder(books, order);
      if (isUnfinished(order)) report.addUnfinished();
      return [...checkOrder(order), ...checkDue(order, dueAt)];
    },
    ({ order }) => order.id,
  );
  await read(
    'movements',
    'movement',
    store.scanMovements,
    (movement) => {
      enterMovement(books, movement);
      return checkMovement(movement);
    },
    movementName,
  );
};

const readInto =
  (books: Books, report: OpenReport, { remaining, onProgress }: AuditPorts) =>
  async <Row>(
    table: Exclude<AuditProgress['step'], 'comparing'>,
    of: Violation['of'],
    scan: TableScan<Row>,
    enter: (row: Row) => readonly Violation[],
    nameOf: (row: Row) => string,
  ): Promise<void> => {
    for await (const page of scan(remaining)) {
      for (const scanned of page) {
        if ('error' in scanned) {
          const { id: subject, error: is } = scanned;
          report.add([{ law: 'damaged', of, subject, is, ought: 'readable' }]);
          continue;
        }
        report.add(enter(scanned.row));
        if (!scanned.isFindable) report.add([notFindable(of, nameOf(scanned.row))]);
      }
      await Promise.all([books.products.settle(), books.orders.settle()]);
      const done = report.count(table, page.length);
      onProgress?.({ step: table, done });
    }
  };

const notFindable = (of: Violation['of'], subject: string): Violation => ({
  law: 'nothing-lost',
  of,
  subject,
  is: 'has the key of no shard that lists read',
  ought: 'is found by every list that it belongs to',
});
