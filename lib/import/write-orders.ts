import type { Refusal } from '../domain/change.ts';
import { missingUnits, type Order, type OrderLine } from '../domain/order.ts';
import { Schedule } from '../group-commit/schedule.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { COMMIT_CAPACITY } from '../use-cases/ports.ts';
import { nextStep, type Step, stepChanges, type WholeOrder, wholeOrder } from './order-steps.ts';
import type { ImportPorts } from './ports.ts';
import type { OrderRecord } from './records.ts';
import type { OpenReport } from './report.ts';

/** Transactions in flight. No two of them move the same product, so they cannot conflict. */
const IN_FLIGHT = 8;

/** The order itself. */
const FOR_LINES = COMMIT_CAPACITY.actions - 1;

/**
 * Writes orders that are not there yet, and completes those that an earlier import has begun. An order
 * that is there and differs is left as it is, and reported.
 */
export const writeOrders = async (
  records: readonly OrderRecord[],
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  const { shop, remaining, isApplied } = ports;
  const wholes = records.map(wholeOrder);
  const ids = wholes.map(({ order }) => order.id);
  const standing = await shop.getOrders(ids, remaining);
  const open: Open[] = [];
  for (const whole of wholes) {
    const found = standing.get(whole.order.id);
    if (found === undefined || isBegun(found, whole)) open.push({ whole, standing: found });
    else judge(found, whole, report);
  }
  if (isApplied) await writeGroups(groupsOf(asNeighbours(open), ports), report, ports);
  else for (const one of open) tell(one, report);
};

type Open = { readonly whole: WholeOrder; readonly standing: Order | undefined };
type Group = readonly Open[];

/**
 * Whether an earlier step has written this very order. Of another file's order, the lines that are
 * in would get units that the ledger does not have.
 */
const isBegun = (found: Order | Error, { order }: WholeOrder): found is Order =>
  !(found instanceof Error) &&
  found.importing === true &&
  found.createdAt === order.createdAt &&
  found.status === order.status &&
  found.items.length === order.items.length &&
  found.items.every((line, index) => isLineOf(line, order.items[index]));

/** A line is written whole, or with its quantity only. */
const isLineOf = (line: OrderLine, whole: OrderLine | undefined): boolean =>
  line.productId === whole?.productId &&
  line.quantity === whole.quantity &&
  (missingUnits(line) === line.quantity || unitsOf(line) === unitsOf(whole));

const tell = ({ whole, standing }: Open, report: OpenReport): void => {
  report.orders.new += 1;
  report.countMovements(nextStep(whole, standing, '', Number.POSITIVE_INFINITY).movements.length);
};

/**
 * Orders of the same products stand together, so that many of them share a transaction, which then
 * updates each product once. Those of the products with the most orders come first: the transactions
 * of one product have to wait for each other.
 */
const asNeighbours = (open: readonly Open[]): Open[] => {
  const demand = new Map<string, number>();
  const all = open.map((one) => ({ one, products: productsOf([one]) }));
  for (const id of all.flatMap(({ products }) => products)) {
    demand.set(id, (demand.get(id) ?? 0) + 1);
  }
  const wanted = (id: string): number => demand.get(id) ?? 0;
  const hotter = (a: string, b: string): number => wanted(b) - wanted(a) || (a < b ? -1 : 1);
  const inSequence = (a: readonly string[], b: readonly string[]): number => {
    const place = a.findIndex((id, index) => id !== b[index]);
    const [first, second] = [a[place], b[place]];
    if (first === undefined) return a.length - b.length;
    return second === undefined ? 1 : hotter(first, second);
  };
  for (const { products } of all) products.sort(hotter);
  return all.sort((a, b) => inSequence(a.products, b.products)).map(({ one }) => one);
};

/** The rows of larger orders could be too many bytes together. */
const MOST_LINES_TOGETHER = 100;

/** Orders in their sequence, as many as fit one transaction; a large order alone. */
const groupsOf = (open: readonly Open[], { runtime }: ImportPorts): Group[] => {
  const at = runtime.now().toISOString();
  const groups: Open[][] = [];
  let products = new Set<string>();
  let size = Number.POSITIVE_INFINITY;
  for (const one of open) {
    const { movements } = nextStep(one.whole, one.standing, at, Number.POSITIVE_INFINITY);
    const own = new Set(movements.map(({ productId }) => productId));
    const isLarge = one.whole.order.items.length > MOST_LINES_TOGETHER;
    const added = isLarge
      ? Number.POSITIVE_INFINITY
      : 1 + movements.length + [...own].filter((id) => !products.has(id)).length;
    if (size + added > COMMIT_CAPACITY.actions) {
      groups.push([]);
      products = new Set();
      size = 0;
    }
    groups.at(-1)?.push(one);
    size += isLarge || size > 0 ? added : 1 + movements.length + own.size;
    for (const id of own) products.add(id);
  }
  return groups;
};

const writeGroups = async (
  groups: readonly Group[],
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  const schedule = new Schedule(groups.map(productsOf));
  const flying = new Map<number, Promise<number>>();
  for (;;) {
    for (let next = schedule.start(); next !== undefined; next = schedule.start()) {
      const group = next;
      const flight = writeGroup(groups[group] ?? [], report, ports).then(() => group);
      // One that fails while others fly is heard of when it is waited for.
      flight.catch(() => undefined);
      flying.set(group, flight);
      if (flying.size >= IN_FLIGHT) break;
    }
    if (flying.size === 0) return;
    const done = await Promise.race(flying.values());
    flying.delete(done);
    schedule.finish(done);
  }
};

const productsOf = (group: Group): string[] => [
  ...new Set(
    group.flatMap(({ whole: { order, notInLedger } }) =>
      order.items.map(({ productId }) => productId).filter((id) => !notInLedger.has(id)),
    ),
  ),
];

/** All of it or nothing; when a condition has failed, each order alone. */
const writeGroup = async (group: Group, report: OpenReport, ports: ImportPorts): Promise<void> => {
  if (group.length > 1) {
    const at = ports.runtime.now().toISOString();
    const steps = group.map(({ whole, standing }) => nextStep(whole, standing, at, FOR_LINES));
    const result = await ports.shop.commit(stepChanges(steps, at), ports.remaining);
    if (result.type === 'exhausted') throw new TimeIsUpError('Orders could not be written in time');
    if (result.type === 'committed') {
      for (const step of steps) count(step, report);
      return;
    }
  }
  for (const one of group) await writeOne(one, report, ports);
};

const count = ({ order, movements }: Step, report: OpenReport): void => {
  report.countMovements(movements.length);
  if (!order.importing) report.orders.new += 1;
};

/** Takes every step of an order. Its conditions tell what another import has done meanwhile. */
const writeOne = async (
  { whole, standing: before }: Open,
  report: OpenReport,
  { shop, remaining, runtime }: ImportPorts,
): Promise<void> => {
  let standing = before;
  for (;;) {
    const at = runtime.now().toISOString();
    const writeId = runtime.newId();
    const step = nextStep(whole, standing, at, FOR_LINES);
    const result = await shop.commit(stepChanges([step], at), remaining, { writeId });
    if (result.type === 'exhausted')
      throw new TimeIsUpError('An order could not be written in time');
    if (result.type === 'committed') {
      count(step, report);
      if (!step.order.importing) return;
      standing = { ...step.order, writeId };
      continue;
    }
    const { id } = whole.order;
    const found = (await shop.getOrders([id], remaining)).get(id);
    const hasMoved = !(found instanceof Error) && found?.version !== standing?.version;
    if (found && hasMoved && isBegun(found, whole)) {
      standing = found;
      continue;
    }
    if (found && !isBegun(found, whole)) return judge(found, whole, report);
    report.orders.different += 1;
    return report.differ({ of: 'order', id, is: whyRefused(result.refusals) });
  }
};

const whyRefused = (refusals: readonly Refusal[]): string => {
  const [first] = refusals;
  if (first?.type === 'move-stock') return `cannot be written: product ${first.productId} is gone`;
  if (first?.type === 'record-movement') {
    const { referenceId, entry } = first.movement;
    return `cannot be written: there is a movement ${referenceId} ${entry} already`;
  }
  return 'cannot be written: it is being changed by somebody else';
};

/** Tells whether an order that is there is the one that would be written. */
const judge = (found: Order | Error, { order }: WholeOrder, report: OpenReport): void => {
  const difference = found instanceof Error ? found.message : differenceOf(found, order);
  if (difference === undefined) {
    report.orders.same += 1;
    return;
  }
  report.orders.different += 1;
  report.differ({ of: 'order', id: order.id, is: difference });
};

const differenceOf = (found: Order, order: Order): string | undefined => {
  if (found.createdAt !== order.createdAt) {
    return `was placed at ${found.createdAt} here, and at ${order.createdAt} in the import`;
  }
  if (found.status !== order.status)
    return `is ${found.status} here, and ${order.status} in the import`;
  if (JSON.stringify(linesOf(found)) === JSON.stringify(linesOf(order))) return undefined;
  return 'has other lines or units here than in the import';
};

const linesOf = ({ items }: Order): string[] => items.map(unitsOf).sort();

/** What became of the units of a line, to compare. */
const unitsOf = ({ productId, ...line }: OrderLine): string =>
  `${productId} ${line.reservedQuantity} ${line.shippedQuantity} ${line.cancelledQuantity}`;
