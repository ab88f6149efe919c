import { inBatches, inParts } from '../batches.ts';
import type { Change } from '../domain/change.ts';
import { openProduct, type Product } from '../domain/product.ts';
import { imports, references } from '../domain/references.ts';
import { adjustment, entryOf, type StockMovement } from '../domain/stock-movement.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { COMMIT_CAPACITY } from '../use-cases/ports.ts';
import type { BalancedProduct } from './balance-product.ts';
import { movedProducts } from './order-steps.ts';
import type { ImportPorts } from './ports.ts';
import type { OpenReport } from './report.ts';

/** Products that are read or written at the same time. */
const IN_FLIGHT = 16;

/** The product, and the movement that opens it or makes up for old adjustments. */
const ADJUSTMENTS_PER_COMMIT = COMMIT_CAPACITY.actions - 2;

/** Opens products that are not there yet. One that is there and differs is left as it is. */
export const writeProducts = async (
  products: readonly BalancedProduct[],
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  await inBatches(products, { size: 1, atOnce: IN_FLIGHT }, async ([product]) => {
    if (product) await writeProduct(product, report, ports);
  });
};

const writeProduct = async (
  balanced: BalancedProduct,
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  const { store, shop, remaining, runtime, isApplied } = ports;
  const [first = [], ...others] = parts(balanced);
  const found = await store.getProductRow(balanced.row.id, remaining);
  if (found) {
    const difference = await differenceOf(found, first, balanced, ports);
    if (difference !== undefined) return differ(balanced.row.id, difference, report);
  } else {
    if (isApplied) {
      const changes = opening(balanced, first, runtime.now().toISOString());
      const result = await shop.commit(changes, remaining);
      if (result.type === 'exhausted') throw new TimeIsUpError('A product was not opened in time');
      if (result.type === 'refused') return refused(balanced, first, report, ports);
    }
    report.countMovements(first.length);
  }
  const inTheWay: string[] = [];
  for (const part of others) inTheWay.push(...(await writePart(part, report, ports)));
  const [difference] = inTheWay;
  if (difference !== undefined) return differ(balanced.row.id, difference, report);
  report.products[found ? 'same' : 'new'] += 1;
};

/** Another import may have opened it meanwhile. */
const refused = async (
  balanced: BalancedProduct,
  first: readonly StockMovement[],
  report: OpenReport,
  ports: ImportPorts,
): Promise<void> => {
  const { id } = balanced.row;
  if (await ports.store.getProductRow(id, ports.remaining)) {
    return writeProduct(balanced, report, ports);
  }
  const left = await ports.store.getMovements(first, ports.remaining);
  if (left.length === 0) return writeProduct(balanced, report, ports);
  differ(id, `cannot be opened: there is a movement ${left[0]?.referenceId} of it`, report);
};

const differ = (id: string, is: string, report: OpenReport): void => {
  report.products.different += 1;
  report.differ({ of: 'product', id, is });
};

/**
 * The movements of a product by transaction. The first one opens it; each of the others changes
 * nothing in all, so that what is available is right from the first moment on.
 */
const parts = ({ row, available, adjustments }: BalancedProduct): StockMovement[][] => {
  const groups = inParts(adjustments, ADJUSTMENTS_PER_COMMIT);
  return (groups.length === 0 ? [[]] : groups).map((group, index) => {
    const sum = group.reduce((total, { quantity }) => total + quantity, 0);
    const quantity = (index === 0 ? available : 0) - sum;
    const referenceId =
      index === 0
        ? references.opening(row.id)
        : imports.openingPart(row.id, `adjustments-${index + 1}`);
    return [
      ...(quantity === 0
        ? []
        : [adjustment({ productId: row.id, quantity, referenceId }, row.createdAt)]),
      ...group.map((one) =>
        adjustment(
          { productId: row.id, quantity: one.quantity, referenceId: one.referenceId },
          one.at,
        ),
      ),
    ];
  });
};

const opening = (
  { row, available }: BalancedProduct,
  movements: readonly StockMovement[],
  at: string,
): Change[] => {
  const { product } = openProduct(
    { id: row.id, name: row.name, stockQuantity: available },
    row.createdAt,
  );
  return [
    {
      type: 'create-product',
      product: { ...product, movementCount: movements.length, importedAt: at, updatedAt: at },
    },
    ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
};

/** @returns what is in the way of these movements; nothing if they are there, all of them or none */
const writePart = async (
  movements: readonly StockMovement[],
  report: OpenReport,
  { store, shop, remaining, runtime, isApplied }: ImportPorts,
): Promise<string[]> => {
  const there = await store.getMovements(movements, remaining);
  if (there.length > 0) return differencesOf(there, movements);
  if (isApplied) {
    const at = runtime.now().toISOString();
    const result = await shop.commit(
      [
        ...movedProducts(movements, at),
        ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
      ],
      remaining,
    );
    if (result.type === 'exhausted')
      throw new TimeIsUpError('Adjustments were not written in time');
    // Another import may have written them, or somebody else one of the same reference.
    if (result.type === 'refused') {
      return differencesOf(await store.getMovements(movements, remaining), movements);
    }
  }
  report.countMovements(movements.length);
  return [];
};

const differencesOf = (
  there: readonly StockMovement[],
  movements: readonly StockMovement[],
): string[] => {
  const quantities = new Map(movements.map(({ referenceId, quantity }) => [referenceId, quantity]));
  const areSame =
    there.length === movements.length &&
    there.every(({ referenceId, quantity }) => quantity === quantities.get(referenceId));
  if (areSame) return [];
  const names = there.map(({ referenceId }) => referenceId).sort();
  const is = names.length === 0 ? 'is gone' : `has a movement ${names[0]} already`;
  return [`${is}: ${movements.length} movements of the import are left out`];
};

/** Counters say nothing: they have moved with the orders since. What opened it says it. */
const differenceOf = async (
  found: Product,
  first: readonly StockMovement[],
  { row }: BalancedProduct,
  { store, remaining }: ImportPorts,
): Promise<string | undefined> => {
  if (found.deletedAt !== undefined) return 'is being deleted here';
  if (found.name !== row.name)
    return `is called "${found.name}" here, and "${row.name}" in the import`;
  if (found.createdAt !== row.createdAt) return `was opened at ${found.createdAt} here`;
  const key = { referenceId: references.opening(row.id), entry: entryOf('adjustment', row.id) };
  const [opened] = await store.getMovements([key], remaining);
  const ought = first.find(({ referenceId }) => referenceId === key.referenceId)?.quantity ?? 0;
  const is = opened?.quantity ?? 0;
  if (is === ought) return undefined;
  return `opened with ${is} here, and with ${ought} in the import: ${ought - is} more are free there`;
};
