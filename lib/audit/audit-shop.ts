import { inBatches } from '../batches.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { type Books, openBooks } from './books.ts';
import { compareOrders } from './compare-orders.ts';
import { compareProducts } from './compare-products.ts';
import { lookAtOrder } from './order-suspect.ts';
import type { AuditPorts } from './ports.ts';
import { lookAtProduct } from './product-suspect.ts';
import { readShop } from './read-shop.ts';
import { type AuditReport, type OpenReport, openReport, type Unproven } from './report.ts';
import { lookUntilStill, type Sight } from './second-look.ts';

/**
 * Checks the laws over all tables of a shop of any size, while it is open:
 *
 * 1. It reads every row once, and keeps what matters in temporary files, by product and by order.
 * 2. It compares them part by part, so that the memory does not grow with the shop.
 * 3. A scan is no snapshot. So whatever looks wrong is looked at again until it stands still; see
 *    `lookAtProduct` and `lookAtOrder`.
 *
 * @returns what was found; if the time was up before the end, what was found so far
 * @throws the last error of DynamoDB when it cannot be read
 */
export const auditShop = async (ports: AuditPorts): Promise<AuditReport> => {
  const report = openReport();
  const books = openBooks(ports.folder);
  const since = ports.runtime.now();
  try {
    await readShop(books, report, ports);
    await compareAll(books, report, since, ports);
    return report.close(ports.remaining() > 0);
  } catch (error) {
    if (error instanceof TimeIsUpError || ports.remaining() <= 0) return report.close(false);
    throw error;
  }
};

/** Products first: only then it is known of which products the ledger tells the orders nothing. */
const compareAll = async (
  books: Books,
  report: OpenReport,
  since: Date,
  ports: AuditPorts,
): Promise<void> => {
  const look = lookInto(report, ports);
  let done = 0;
  /** Half of the way for the products, and half for the orders. */
  const advance = (to: number): void => {
    done = to;
    ports.onProgress?.({ step: 'comparing', done });
  };
  for await (const part of books.products.parts()) {
    const suspects = await compareProducts(part, books);
    await look(
      suspects,
      (suspect) => ({ of: 'product', subject: suspect.productId }),
      (suspect, attempt) => lookAtProduct(suspect, attempt, since, ports),
    );
    advance(Math.min(0.5, done + EACH_PART));
  }
  advance(0.5);
  for await (const part of books.orders.parts()) {
    const suspects = await compareOrders(part);
    await look(
      suspects,
      ({ orderId }) => ({ of: 'order', subject: orderId }),
      (suspect) => lookAtOrder(suspect, ports),
    );
    advance(Math.min(1, done + EACH_PART));
  }
  advance(1);
};

/** The books of a shop that is not huge have 64 parts by product, and as many by order. */
const EACH_PART = 1 / 128;

/** Suspects that are looked at at the same time. */
const LOOKS_IN_FLIGHT = 16;

const lookInto =
  (report: OpenReport, ports: AuditPorts) =>
  async <Suspect>(
    suspects: readonly Suspect[],
    nameOf: (suspect: Suspect) => Unproven,
    look: (suspect: Suspect, attempt: number) => Promise<Sight>,
  ): Promise<void> => {
    await inBatches(suspects, { size: 1, atOnce: LOOKS_IN_FLIGHT }, async ([suspect]) => {
      if (suspect === undefined) return;
      const sight = await lookUntilStill((attempt) => look(suspect, attempt), ports);
      if (sight.type === 'proven') report.add(sight.violations);
      if (sight.type === 'moving') report.addUnproven(nameOf(suspect));
    });
  };
