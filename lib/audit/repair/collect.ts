import { inBatches } from '../../batches.ts';
import { emptyProductBook } from '../../domain/laws/product-laws.ts';
import { hereSince } from '../../domain/order.ts';
import type { ProductRecord } from '../books.ts';
import { gather, gathering } from '../compare-products.ts';
import type { AuditPorts } from '../ports.ts';
import type { ProductSuspect } from '../product-suspect.ts';
import type { Spill } from '../spill.ts';
import { createSpill } from '../spill.ts';

/** Products that are read at the same time. */
const PRODUCTS_IN_FLIGHT = 25;

/**
 * Reads these products, and then scans once more for their movements and for the orders that hold
 * them, because only the base table proves which movements there are.
 */
export async function* collectProducts(
  productIds: ReadonlySet<string>,
  { store, remaining, folder }: AuditPorts,
): AsyncGenerator<readonly ProductSuspect[]> {
  if (productIds.size === 0) return;
  const spill: Spill<ProductRecord> = createSpill({ folder, name: 'repair' });
  await inBatches([...productIds], { size: 1, atOnce: PRODUCTS_IN_FLIGHT }, async ([id = '']) => {
    const product = await store.getProductRow(id, remaining).catch(noneIfDamaged);
    spill.add(product ? [id, 'product', product] : [id, 'wanted']);
  });
  for await (const page of store.scanOrders(remaining)) {
    for (const scanned of page) {
      if ('error' in scanned) continue;
      const { order } = scanned.row;
      for (const { productId, reservedQuantity } of order.items) {
        if (!productIds.has(productId)) continue;
        spill.add([productId, 'line', order.id, reservedQuantity, hereSince(order)]);
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
    for await (const [id, kind, product] of part.records()) {
      if (kind !== 'product' && kind !== 'wanted') continue;
      suspects.set(id, gathering(id, product, emptyProductBook()));
    }
    await gather(part, suspects);
    yield [...suspects.values()];
  }
}

/** Whoever repairs it reads it again. */
const noneIfDamaged = (error: unknown): undefined => {
  if (!(error instanceof Error && error.name === 'DamagedItemError')) throw error;
};
