/** One event of each type, from a shop in which things happen; for the documents. */
import { recordReader } from '../../lib/event-bus/read-records.ts';
import type { CloudEvent } from '../../lib/events/cloud-event.ts';
import { cancelOrder } from '../../lib/use-cases/cancel-orders.ts';
import { createProduct } from '../../lib/use-cases/create-product.ts';
import { returnLines, shipLines } from '../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { TABLES } from './builders.ts';
import { cancelLines } from './cancel-lines.ts';
import { createFakeDynamoDB } from './fake-dynamodb.ts';
import { openShop } from './fake-shop.ts';
import { createStreams } from './streams.ts';
import { describeTables } from './table-descriptions.ts';
import { unitRuntime } from './unit-runtime.ts';

const OPENING = Date.parse('2026-03-02T12:00:00.000Z');
const MINUTE_MS = 60_000;

const part = (idempotencyKey: string) => ({
  items: [{ productId: 'tea', quantity: 1 }],
  idempotencyKey,
});

/** What happens, one thing a minute. */
const STORY: readonly ((ports: Ports) => Promise<unknown>)[] = [
  (ports) => createProduct({ id: 'tea', name: 'Green tea', stockQuantity: 5 }, ports),
  (ports) => placeOrder({ id: '1001', items: [{ productId: 'tea', quantity: 5 }] }, ports),
  (ports) => transitionOrder('1001', 'confirmed', ports),
  (ports) =>
    cancelLines(
      {
        orderId: '1001',
        items: [{ productId: 'tea', quantity: 2 }],
        idempotencyKey: 'click-77',
        reason: 'customer',
      },
      ports,
    ),
  (ports) => shipLines('1001', part('parcel-1'), ports),
  (ports) => transitionOrder('1001', 'shipped', ports),
  (ports) => transitionOrder('1001', 'delivered', ports),
  (ports) => returnLines('1001', part('rma-5'), ports),
  (ports) => placeOrder({ id: '1002', items: [{ productId: 'tea', quantity: 1 }] }, ports),
  (ports) => cancelOrder({ orderId: '1002', reason: 'customer', note: 'Never in an event' }, ports),
  (ports) => reinstateOrder('1002', {}, ports),
  (ports) =>
    placeOrder(
      {
        id: '1003',
        items: [{ productId: 'tea', quantity: 1 }],
        expiresAt: new Date(OPENING + 12 * MINUTE_MS).toISOString(),
      },
      ports,
    ),
  (ports) => sweepOrders(ports),
];

/** Everything that the story tells, in its sequence. */
export const tellStory = async (): Promise<CloudEvent[]> => {
  const streams = createStreams();
  const db = createFakeDynamoDB(describeTables(), { committed: streams.committed });
  const shop = openShop({ db });
  for (const [index, deed] of STORY.entries()) {
    const now = () => new Date(OPENING + index * MINUTE_MS);
    await deed(shop.ports({ runtime: unitRuntime({ now }) }));
  }
  const read = recordReader({ ORDERS_TABLE: TABLES.orders, PRODUCTS_TABLE: TABLES.products });
  return read(streams.records).flatMap(({ event }) => event ?? []);
};

/** The first event of each type in the story. */
export const eventExamples = async (): Promise<Record<string, CloudEvent>> =>
  Object.fromEntries(
    (await tellStory()).reverse().map((event): [string, CloudEvent] => [event.type, event]),
  );
