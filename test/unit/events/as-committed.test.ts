/**
 * Any operations at once, through the real use cases, with faults and callers that die: what their
 * commits wrote goes through the stream and the function to the bus. Batches are of any size, the bus
 * has faults, and the publisher is killed before it answers.
 */
import '../../support/unit-environment.ts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { shipLines } from '../../../lib/use-cases/move-lines.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { anOrder, manyLines, TABLES } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { createFakeDynamoDB, type Written } from '../../support/fake-dynamodb.ts';
import {
  answerLost,
  type BusFault,
  createFakeEventBridge,
  refused,
  throttled,
} from '../../support/fake-event-bridge.ts';
import { openShop } from '../../support/fake-shop.ts';
import { connectionReset, type Fault, noFault } from '../../support/faults.ts';
import { connectSdkTo } from '../../support/sdk-connections.ts';
import { createStreams } from '../../support/streams.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { captureLog } from '../../support/unit-console.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { lambdaContext } from '../../support/unit-events.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const { handler } = await import('../../../functions/publish-events.ts');

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  log = captureLog();
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  log.restore();
  jest.restoreAllMocks();
});

const LINES = manyLines(50).map(({ productId }) => ({ productId, quantity: 1 }));
const ONE_MUG = [{ productId: 'mug', quantity: 1 }];

const later = (ports: Ports): Ports => ({
  ...ports,
  runtime: {
    ...ports.runtime,
    now: () => new Date(ports.runtime.now().getTime() + 120_000),
  },
});

const DEEDS = {
  placeNew: (ports: Ports) => placeOrder({ id: 'new', items: LINES }, ports),
  placeMug: (ports: Ports) => placeOrder({ id: 'mugs', items: ONE_MUG }, ports),
  confirmSmall: (ports: Ports) => transitionOrder('small', 'confirmed', ports),
  shipSmall: (ports: Ports) => transitionOrder('small', 'shipped', ports),
  deliverSmall: (ports: Ports) => transitionOrder('small', 'delivered', ports),
  cancelSmall: (ports: Ports) => cancelOrder({ orderId: 'small' }, ports),
  cancelPart: (ports: Ports) =>
    cancelLines({ orderId: 'small', items: ONE_MUG, idempotencyKey: 'k1' }, ports),
  cancelRest: (ports: Ports) =>
    cancelLines({ orderId: 'small', items: ONE_MUG, idempotencyKey: 'k2' }, ports),
  cancelLarge: (ports: Ports) => cancelOrder({ orderId: 'large' }, ports),
  shipLarge: (ports: Ports) => transitionOrder('large', 'shipped', ports),
  cancelNew: (ports: Ports) => cancelOrder({ orderId: 'new' }, ports),
  cancelMug: (ports: Ports) => cancelOrder({ orderId: 'mugs' }, ports),
  reinstateSmall: (ports: Ports) => reinstateOrder('small', {}, ports),
  reinstateLarge: (ports: Ports) => reinstateOrder('large', {}, ports),
  shipPart: (ports: Ports) => shipLines('small', { items: ONE_MUG, idempotencyKey: 's1' }, ports),
  cancelInGrace: (ports: Ports) => cancelOrder({ orderId: 'small', graceSeconds: 60 }, ports),
  deleteMug: (ports: Ports) => deleteOrder('mugs', ports),
  sweep: (ports: Ports) => sweepOrders(later(ports)),
  bring: (ports: Ports) =>
    adjustStock({ productId: 'mug', quantity: 1, referenceId: 'found' }, ports),
} satisfies Record<string, (ports: Ports) => Promise<unknown>>;

type Deed = keyof typeof DEEDS;

const history = fc.record({
  deeds: fc.array(
    fc.record({
      deed: fc.constantFrom(...(Object.keys(DEEDS) as Deed[])),
      lives: fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, fc.nat(2)),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  faults: fc.array(fc.constantFrom<Fault>(noFault, noFault, connectionReset), { maxLength: 10 }),
  /** Units of the last product of the order that is placed: without, its placement is given up. */
  last: fc.nat(1),
  batches: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
  busFaults: fc.array(
    fc.constantFrom<BusFault>(
      (take) => take(),
      throttled,
      answerLost,
      refused('AccessDeniedException'),
    ),
    { maxLength: 12 },
  ),
  partial: fc.array(fc.boolean(), { maxLength: 10 }),
  /** By invocation, whether it is killed after it has sent, and before it answers. */
  kills: fc.array(fc.boolean(), { maxLength: 8 }),
});

/** What Lambda does with one shard: it goes on behind what was handled, and repeats the rest. */
const drain = async (
  records: readonly DynamoDBRecord[],
  sizes: readonly number[],
  kills: readonly boolean[],
): Promise<void> => {
  let position = 0;
  for (let round = 0; position < records.length; round += 1) {
    if (round > 500) throw new Error('The stream stands still');
    const size = sizes[round % sizes.length] ?? 1;
    const batch = records.slice(position, position + size);
    const { batchItemFailures } = await handler({ Records: batch }, lambdaContext());
    if (kills[round]) continue;
    const [first] = batchItemFailures;
    const failed = batch.findIndex(
      ({ dynamodb }) => dynamodb?.SequenceNumber === first?.itemIdentifier,
    );
    position += failed === -1 ? batch.length : failed;
  }
};

/** The rows of a table that were written, in their sequence. */
const rowsOf = (writes: readonly Written[], table: string) =>
  writes.filter((written) => written.table === table);

/** What was committed, in the words of the test: not those of the code. */
const expectedOf = (writes: readonly Written[]): string[] => [
  ...rowsOf(writes, TABLES.orders).flatMap(({ before, after }) => {
    const isNews =
      after !== undefined &&
      !after.placing &&
      !after.givenUp &&
      (before === undefined ||
        before.status !== after.status ||
        // Placed completely, or fewer units than before in an order that goes on.
        (before.placing && after.status === 'pending') ||
        (['pending', 'confirmed'].includes(String(after.status)) &&
          JSON.stringify(before.items) !== JSON.stringify(after.items)));
    return isNews ? [`order.${after.id}.${after.version} ${after.createdAt}`] : [];
  }),
];

describe('Whatever happens to a shop and to its publisher', () => {
  test('each commit that means something is told at least once, nothing else is told, and each order in its sequence', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        async ({ deeds, faults, last, batches, busFaults, partial, kills }) => {
          // Prepare
          const streams = createStreams();
          const writes: Written[] = [];
          const db = createFakeDynamoDB(describeTables(), {
            committed: (written) => {
              writes.push(...written);
              streams.committed(written);
            },
          });
          const shop = openShop({
            orders: [
              anOrder('small', { p000: 1, mug: 2 }, { expiresAt: '2026-03-02T12:01:00.000Z' }),
              anOrder('large', manyLines(50), { status: 'confirmed' }),
            ],
            products: {
              ...Object.fromEntries(LINES.map(({ productId }) => [productId, {}])),
              p049: { stock: 1 + last },
              mug: { stock: 3 },
            },
            maxAttempts: 1,
            db,
          });
          shop.wire.next('TransactWriteItems', ...faults);
          const bridge = createFakeEventBridge();
          bridge.next(...busFaults);
          const rejections = [...partial];
          bridge.rejects(() => (rejections.shift() ? 'ThrottlingException' : undefined));

          // Act
          let clock = Date.parse('2026-03-02T12:00:00.000Z');
          for (const { deed, lives } of deeds) {
            const ports = shop.ports({
              store: mortal(shop.store, lives),
              remaining: () => (shop.wire.writes().length < 60 ? 60_000 : 0),
              runtime: unitRuntime({
                now: () => {
                  clock += 10;
                  return new Date(clock);
                },
              }),
            });
            await survives(DEEDS[deed](ports));
          }
          const disconnect = connectSdkTo(bridge.handle);
          try {
            await drain(streams.records, batches, kills);
          } finally {
            disconnect();
          }

          // Assess
          const told = bridge.received.flatMap((event) =>
            'order' in event.data ? [`${event.id} ${event.data.order.createdAt}`] : [],
          );
          const expected = expectedOf(writes);
          expect(new Set(told)).toEqual(new Set(expected));
          expect(firstsOf(told).filter((one) => one.startsWith('order.'))).toHaveLength(
            expected.length,
          );
          expectInSequence(bridge.received);
          expectStockToldAsItIs(bridge.received, writes);
        },
      ),
      { numRuns: 8 },
    );
  });
});

const firstsOf = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** Of each order and product, no event comes for the first time after a later one. */
const expectInSequence = (received: ReturnType<typeof createFakeEventBridge>['received']): void => {
  const last = new Map<string, string>();
  const seen = new Set<string>();
  for (const { subject, sequence } of received) {
    const key = `${subject} ${sequence}`;
    if (seen.has(key)) continue;
    seen.add(key);
    expect([subject, sequence > (last.get(subject) ?? '')]).toEqual([subject, true]);
    last.set(subject, sequence);
  }
};

/** Whoever follows the events of a product knows in the end whether it is in stock. */
const expectStockToldAsItIs = (
  received: ReturnType<typeof createFakeEventBridge>['received'],
  writes: readonly Written[],
): void => {
  const told = new Map<string, boolean>();
  const newest = new Map<string, string>();
  for (const { subject, sequence, type } of received) {
    if (!subject.startsWith('products/') || sequence <= (newest.get(subject) ?? '')) continue;
    newest.set(subject, sequence);
    told.set(subject, type === 'product.back_in_stock');
  }
  const before = new Map<string, boolean>();
  const after = new Map<string, boolean>();
  for (const write of rowsOf(writes, TABLES.products)) {
    const subject = `products/${(write.after ?? write.before)?.id}`;
    if (!before.has(subject)) before.set(subject, Number(write.before?.availableQuantity ?? 0) > 0);
    after.set(subject, Number(write.after?.availableQuantity ?? 0) > 0);
  }
  for (const [subject, isInStock] of after) {
    expect([subject, told.get(subject) ?? before.get(subject)]).toEqual([subject, isInStock]);
  }
};
