import { emptyProductBook } from '../../domain/laws/product-laws.ts';
import type { ProductRecord } from '../books.ts';
import { gather, gathering } from '../compare-products.ts';
import type { AuditPorts } from '../ports.ts';
import type { ProductSuspect } from '../product-suspect.ts';
import type { Spill } from '../spill.ts';
import { createSpill } from '../spill.ts';

/**
 * Scans once more for the movements of these products and for the orders that hold them, because only
 * the base table proves which movements there are.
 */
export async function* collectProducts(
  productIds: ReadonlySet<string>,
  { store, remaining, folder }: AuditPorts,
): AsyncGenerator<readonly ProductSuspect[]> {
  if (productIds.size === 0) return;
  const spill: Spill<ProductRecord> = createSpill({ folder, name: 'repair' });
  for (const id of productIds) spill.add([id, 'wanted']);
  for await (const page of store.scanOrders(remaining)) {
    for (const scanned of page) {
      if ('error' in scanned) continue;
      const { id, items, createdAt } = scanned.row.order;
      for (const { productId, reservedQuantity } of items) {
        if (!productIds.has(productId)) continue;
        spill.add([productId, 'line', id, reservedQuantity, createdAt]);
      }
    }
    await spill.settle();
  }
  for await (const page of store.scanMovements(remaining)) {
    for (const scanned of page) {
      if ('error' in scanned || !productIds.has(scanned.row.productId)) continue;
      const { productId, referenceId, entry, stockDelta, reservedDelta, createdAt } = scanned.row;
      spill.add([productId, 'movement', referenceId, entry, stockDelta, reservedDelta, createdAt]);
    }
    await spill.settle();
  }
  for await (const part of spill.parts()) {
    const suspects = new Map<string, ReturnType<typeof gathering>>();
    for await (const [id] of part.records()) {
      if (!suspects.has(id)) suspects.set(id, gathering(id, undefined, emptyProductBook()));
    }
    await gather(part, suspects);
    yield [...suspects.values()];
  }
}
