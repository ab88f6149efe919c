import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inBatches } from '../../batches.ts';
import { atMost, orIfTimeIsUp } from '../../time-budget.ts';
import { finishDeleting } from '../../use-cases/delete-product.ts';
import type { Ports } from '../../use-cases/ports.ts';
import { sweepOrders } from '../../use-cases/sweep-orders.ts';
import { auditShop } from '../audit-shop.ts';
import type { AuditReport, Finding } from '../report.ts';
import { collectProducts } from './collect.ts';
import { mendOrder } from './mend-order.ts';
import { type Mended, mendProduct } from './mend-product.ts';
import type { RepairPorts } from './ports.ts';

/** One repaired row. */
export type Repair = Mended & { readonly of: 'product' | 'order'; readonly subject: string };

/**
 * - `before`, `after`: the audits around the repair. A dry run has no second one.
 * - `repairs`: what was written, or would be; without changes, a deletion that was brought to its end.
 *   If the time was up before the end, what was written until then.
 */
export type RepairReport = {
  readonly before: AuditReport;
  readonly repairs: readonly Repair[];
  readonly after?: AuditReport;
};

/** Repairing one product may show what is wrong with another one: an order moves several. */
const ROUNDS = 4;

/**
 * Repairs what an audit finds, until an audit finds nothing or a round changes nothing. What it does
 * not mend is for a person: rows that contradict themselves or cannot be read.
 *
 * Every write is one conditional transaction that leaves the laws no worse. So it may run beside live
 * traffic, twice at once, or again after it was interrupted.
 */
export const repairShop = async (ports: RepairPorts): Promise<RepairReport> => {
  const { isApplied } = ports;
  if (isApplied) await sweepOrders(caseOf(ports));
  const before = await auditIn('before', ports);
  const repairs: Repair[] = [];
  let last = before;
  for (let round = 1; round <= ROUNDS && last.findings.length > 0; round += 1) {
    const done = repairs.length;
    const folder = await folderIn(`round-${round}`, ports);
    await orIfTimeIsUp(() => mendAll(last.findings, repairs, folder), undefined);
    if (!isApplied) return { before, repairs };
    last = await auditIn(`after-${round}`, ports);
    if (repairs.slice(done).every(({ changes, isDone }) => changes.length === 0 && !isDone)) break;
  }
  return isApplied ? { before, repairs, after: last } : { before, repairs };
};

const folderIn = async (name: string, ports: RepairPorts): Promise<RepairPorts> => {
  const folder = join(ports.folder, name);
  await mkdir(folder, { recursive: true });
  return { ...ports, folder };
};

const auditIn = async (name: string, ports: RepairPorts): Promise<AuditReport> =>
  auditShop(await folderIn(name, ports));

/** Products that are repaired at the same time. Those that share an order make each other retry. */
const REPAIRS_IN_FLIGHT = 8;

const mendAll = async (
  findings: readonly Finding[],
  repairs: Repair[],
  ports: RepairPorts,
): Promise<void> => {
  for (const orderId of subjectsOf(findings, isHidden)) {
    repairs.push({ of: 'order', subject: orderId, ...(await mendOrder(orderId, ports)) });
  }
  const since = ports.runtime.now();
  for await (const suspects of collectProducts(productsIn(findings), ports)) {
    await inBatches(suspects, { size: 1, atOnce: REPAIRS_IN_FLIGHT }, async ([suspect]) => {
      if (!suspect) return;
      const mended = await mendProduct(suspect, since, ports);
      if (mended.changes.length === 0 && mended.isDone) return;
      repairs.push({ of: 'product', subject: suspect.productId, ...mended });
    });
  }
  // Their counts are right now; with a wrong one, a deletion would not come to its end.
  for (const productId of subjectsOf(findings, isGone)) {
    const isDone = ports.isApplied && (await isDeletionFinished(productId, ports));
    if (isDone) repairs.push({ of: 'product', subject: productId, changes: [], isDone });
  }
};

/** Ends a deletion that was interrupted, through the use case. */
const isDeletionFinished = async (productId: string, ports: RepairPorts): Promise<boolean> =>
  (await finishDeleting(productId, caseOf(ports))).outcome === 'deleted';

/** A use case goes on for as long as it may, and a repair may for ever. */
const caseOf = ({ shop, remaining, runtime }: RepairPorts): Ports => ({
  store: shop,
  remaining: atMost(remaining, ONE_CASE_MS, runtime),
  runtime,
});

/** As long as a sweep has. */
const ONE_CASE_MS = 60_000;

const subjectsOf = (
  findings: readonly Finding[],
  isMeant: (finding: Finding) => boolean,
): Set<string> => new Set(findings.filter(isMeant).map(({ subject }) => subject));

/** What is not lost in the ledger of a product is lost by the index keys of an order. */
const isHidden = ({ law, of, productId }: Finding): boolean =>
  law === 'nothing-lost' && of === 'order' && productId === undefined;

const isGone = ({ law, of }: Finding): boolean => law === 'nothing-lost' && of === 'product';

/** The products whose ledger has to be looked at. */
const productsIn = (findings: readonly Finding[]): Set<string> => {
  const ids = new Set<string>();
  for (const { law, of, subject, productId } of findings) {
    if (law === 'damaged') continue;
    if (of === 'product') ids.add(subject);
    if (productId !== undefined) ids.add(productId);
  }
  return ids;
};
