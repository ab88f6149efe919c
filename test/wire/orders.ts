/** The orders of a run, and the rows that a shop has when they are placed. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { asPlaced } from '../support/builders.ts';
import { concurrently } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { furnishing } from '../support/furnishing.ts';
import { ordersOf, productId, WORKLOADS } from '../support/workloads.ts';

/** An order is cancelled through the queue, by HTTP at the same time, or by HTTP alone. */
export type Door = 'queue' | 'both' | 'http';

/** The id of an order tells its door. */
export const doorOf = (orderId: string): Door => orderId.split('-')[0] as Door;

/** Of a hundred orders, one has 60 to 120 lines. A third of these has no message to resume it. */
const isLarge = (index: number): boolean => index % 100 === 50;
const largeDoor = (index: number): Door => (index % 300 === 50 ? 'http' : 'queue');
const smallDoor = (index: number): Door => (index % 10 === 3 ? 'both' : 'queue');

/** Orders of 1 to 3 lines over products from hot to uniform, with some large ones among them. */
export const doomedOrders = (count: number, seed: number): NewOrder[] => {
  const random = seededRandom(seed);
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const small = WORKLOADS.map((workload) => ordersOf(workload, count, seed));
  const smallOrder = (index: number): NewOrder => ({
    id: `${smallDoor(index)}-${index}`,
    items: small[index % small.length]?.[index]?.items ?? [],
  });
  const largeOrder = (index: number): NewOrder => {
    const first = whole(1, 800);
    const items = Array.from({ length: whole(60, 120) }, (_, line) => ({
      productId: productId(first + line),
      quantity: whole(1, 5),
    }));
    return { id: `${largeDoor(index)}-${index}`, items };
  };
  return Array.from({ length: count }, (_, index) =>
    isLarge(index) ? largeOrder(index) : smallOrder(index),
  );
};

/** The most rows of one BatchWriteItem. */
const ROWS = 25;
const WRITERS = 4;

/** Writes the rows of a shop in which all these orders are placed, past its code. */
export const placeAll = async (shop: EngineShop, orders: readonly NewOrder[]): Promise<void> => {
  const rows = furnishing({ orders: orders.map(asPlaced) }, shop.tables);
  const write = async (part: typeof rows): Promise<void> => {
    const tables = new Set(part.map(([table]) => table));
    const putsInto = (table: string) =>
      part.flatMap(([of, Item]) => (of === table ? [{ PutRequest: { Item } }] : []));
    const RequestItems = Object.fromEntries([...tables].map((table) => [table, putsInto(table)]));
    await shop.client.send(new BatchWriteCommand({ RequestItems }));
  };
  await concurrently(inParts(rows, ROWS), write, { limit: WRITERS });
};
