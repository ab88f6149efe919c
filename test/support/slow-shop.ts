/**
 * A shop on the fake DynamoDB that takes its time as AWS does, and the workers on its queue. Time is
 * virtual, so what workers do is the same at every run, on every machine.
 */
import { deepStrictEqual } from 'node:assert/strict';
import type { Order } from '../../lib/domain/order.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { cancelOrders } from '../../lib/use-cases/cancel-orders.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { createTurns } from '../../lib/use-cases/turns/take-turns.ts';
import { latencyOf } from './aws-latency.ts';
import { NOW, TABLES } from './builders.ts';
import { type Attempt, endOfAnswer } from './cost.ts';
import { createFakeDynamoDB } from './fake-dynamodb.ts';
import { type FakeShop, openShop } from './fake-shop.ts';
import { createFakeWire, type FakeWire } from './fake-wire.ts';
import { type Fault, isTransaction } from './faults.ts';
import { createIdleTime } from './idle-time.ts';
import type { DynamoRequest } from './network.ts';
import { describeTables } from './table-descriptions.ts';
import { unitRuntime } from './unit-runtime.ts';

/** What reading, deciding and packing an order costs a worker's processor, in milliseconds. */
export const THINKING_MS = 0.1;

const PLENTY_MS = 50_000;

export type Worker = {
  readonly ports: Required<Omit<Ports, 'by'>>;
  /** Errors that it was warned of. */
  readonly warnings: readonly unknown[];
  /** Cancels batch after batch, and every order of them. */
  works(batches: Iterable<readonly string[]>): Promise<void>;
};

export type SlowShop = Omit<FakeShop, 'wire'> & {
  readonly wire: FakeWire;
  readonly time: ReturnType<typeof createIdleTime>;
  /** Has every request meet these faults from now on, after its way there. */
  disturb(...faults: readonly Fault[]): void;
  /** Every request that DynamoDB has answered. */
  readonly attempts: readonly Attempt[];
  /**
   * @param number of the worker, which seeds its chances
   * @param options.ahead how far its clock is ahead, in milliseconds
   */
  worker(
    number: number,
    options?: { readonly ahead?: number; readonly remaining?: Ports['remaining'] },
  ): Worker;
};

/**
 * @param slowness how many times longer than on AWS DynamoDB takes
 * @param lag how long the indexes lag behind, in milliseconds
 */
export const openSlowShop = (
  orders: readonly Order[],
  { slowness = 1, lag = 0 } = {},
): SlowShop => {
  const time = createIdleTime();
  const now = () => new Date(Date.parse(NOW) + time.elapsed());
  const db = createFakeDynamoDB(describeTables(), { now, ...(lag > 0 && { lag: () => lag }) });
  const shop = openShop({ orders, db });
  const pass = (request: DynamoRequest): Promise<void> => time.sleep(slowness * latencyOf(request));
  const wire = createFakeWire(shop.db, { hold: pass });
  const attempts: Attempt[] = [];
  const inTime: Fault = async (answer, request) => {
    if (!isTransaction(request)) await pass(request);
    const answered = await answer();
    attempts.push({
      operation: request.operation,
      input: request.json,
      end: endOfAnswer(answered.body),
    });
    return answered;
  };
  const disturb = (...faults: readonly Fault[]): void => wire.use(inTime, ...faults);
  disturb();

  return {
    ...shop,
    wire,
    disturb,
    time,
    attempts,
    worker(number, { ahead = 0, remaining = () => PLENTY_MS } = {}) {
      const start = new Date(Date.parse(NOW) + ahead).toISOString();
      const runtime = unitRuntime({
        ...time.runtime(start),
        random: seededRandom(number),
        abortAfter: (milliseconds) => {
          const alarm = new AbortController();
          void time.sleep(milliseconds).then(() => alarm.abort());
          return alarm.signal;
        },
      });
      const fake = createStore(createClient({ ...wire.config, maxAttempts: 1 }), TABLES, runtime);
      let thinking: Promise<unknown> = Promise.resolve();
      const store: typeof fake = {
        ...fake,
        async getOrders(...asked) {
          const found = await fake.getOrders(...asked);
          thinking = thinking.then(() => time.sleep(found.size * THINKING_MS));
          await thinking;
          return found;
        },
      };
      const warnings: unknown[] = [];
      const takeTurn = createTurns({ store, runtime }, (error) => warnings.push(error));
      const ports = { store, runtime, remaining, takeTurn };
      return {
        ports,
        warnings,
        async works(batches) {
          for (const batch of batches) {
            const results = await cancelOrders(
              batch.map((orderId) => ({ orderId })),
              ports,
            );
            deepStrictEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['cancelled']));
          }
        },
      };
    },
  };
};
