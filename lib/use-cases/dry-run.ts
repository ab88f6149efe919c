import type { Change, Refusal } from '../domain/change.ts';
import { movedBy, type Product } from '../domain/product.ts';
import type { Ports, Store } from './ports.ts';

/**
 * What something would cost. `writeUnits` are those of DynamoDB, without those of indexes: in a
 * transaction each row costs two for every KB begun.
 */
export type Cost = { readonly transactions: number; readonly writeUnits: number };

/**
 * The same shop, in which nothing is written: a commit is answered as the products are now, and is
 * then forgotten, except for what it would leave for the commits after it. So what runs on it runs
 * as it would with real writes, as long as nothing changes meanwhile.
 */
export const dryRun = (ports: Ports): { readonly ports: Ports; readonly cost: () => Cost } => {
  const products = new Map<string, Product | undefined>();
  let transactions = 0;
  let writeUnits = 0;

  const productOf = async (id: string): Promise<Product | undefined> => {
    if (!products.has(id)) products.set(id, await ports.store.getProduct(id, ports.remaining));
    return products.get(id);
  };

  const commit: Store['commit'] = async (changes) => {
    const refusals: Refusal[] = [];
    const moved: Product[] = [];
    for (const change of changes) {
      if (change.type !== 'move-stock') continue;
      const found = await productOf(change.productId);
      const after = found && movedBy(found, change);
      if (after && isPossible(after)) moved.push(after);
      else refusals.push({ ...change, ...(found && { found }) });
    }
    transactions += 1;
    if (refusals.length > 0) return { type: 'refused', refusals, conflicts: 0 };
    for (const product of moved) products.set(product.id, product);
    writeUnits += changes.reduce((sum, change) => sum + unitsOf(change), 0);
    return { type: 'committed', conflicts: 0 };
  };

  return {
    ports: { ...ports, store: { ...ports.store, commit } },
    cost: () => ({ transactions, writeUnits }),
  };
};

/** Units leave an order here, so what is available only ever grows. */
const isPossible = ({ stockQuantity, reservedQuantity }: Product): boolean =>
  stockQuantity >= 0 && reservedQuantity >= 0;

const unitsOf = (change: Change): number => {
  const row = 'order' in change ? JSON.stringify(change.order) : '';
  return 2 * Math.max(1, Math.ceil(row.length / 1_024));
};
