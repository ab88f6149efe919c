/** The orders of a run, and the rows that a shop has when they are placed. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import type { Random } from '../../lib/seeded-random.ts';
import { asPlaced } from '../support/builders.ts';
import { concurrently } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { furnishing } from '../support/furnishing.ts';
import { ordersOf, productId, WORKLOADS } from '../support/workloads.ts';

/** How an order is cancelled: through the queue, by HTTP at the same time, or by HTTP alone. */
export type Door = 'queue' | 'both' | 'http';

export type DoomedOrder = NewOrder & { readonly door: Door };

/** Of each hundred orders, one has 60 to 120 lines. */
const isLarge = (index: number): boolean => index % 100 === 50;

/** A tenth is cancelled through both doors. Some large orders have no message that resumes them. */
const doorOf = (index: number): Door => {
  if (isLarge(index)) return index % 300 === 50 ? 'http' : 'queue';
  return index % 10 === 3 ? 'both' : 'queue';
};

/** Whether the queue has no message of an order, so that only the sweep resumes what is interrupted. */
export const isWithoutMessage = (id: string): boolean => id.startsWith('http-');

/** Orders of 1 to 3 lines over products from hot to uniform, with some large ones among them. */
export const doomedOrders = (count: number, seed: number, random: Random): DoomedOrder[] => {
  const small = WORKLOADS.map((workload) => ordersOf(workload, count, seed));
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return Array.from({ length: count }, (_, index): DoomedOrder => {
    const door = doorOf(index);
    if (!isLarge(index)) {
      const items = small[index % small.length]?.[index]?.items ?? [];
      return { id: `${door}-${index}`, items, door };
    }
    const first = whole(1, 800);
    const items = Array.from({ length: whole(60, 120) }, (__, line) => ({
      productId: productId(first + line),
      quantity: whole(1, 5),
    }));
    return { id: `${door}-${index}`, items, door };
  });
};

/** The most rows of one BatchWriteItem. */
const ROWS = 25;
const WRITERS = 4;

/** Writes the rows of a shop in which all these orders are placed, past its code. */
export const placeAll = async (shop: EngineShop, orders: readonly NewOrder[]): Promise<void> => {
  const rows = furnishing({ orders: orders.map(asPlaced) }, shop.tables);
  await concurrently(
    inParts(rows, ROWS),
    async (part) => {
      const requests: Record<string, { PutRequest: { Item: Record<string, unknown> } }[]> = {};
      for (const [table, Item] of part) {
        requests[table] = [...(requests[table] ?? []), { PutRequest: { Item } }];
      }
      const { UnprocessedItems = {} } = await shop.client.send(
        new BatchWriteCommand({ RequestItems: requests }),
      );
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('Rows were not written');
    },
    { limit: WRITERS },
  );
};
