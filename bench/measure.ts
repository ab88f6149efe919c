/** Cancels all orders of a shop with one strategy, and measures it. */
import { deepStrictEqual } from 'node:assert/strict';
import type { NewOrder } from '../lib/domain/placement.ts';
import type { Tables } from '../lib/dynamodb/tables.ts';
import { systemRuntime } from '../lib/runtime.ts';
import type { Store } from '../lib/use-cases/ports.ts';
import type { Infrastructure } from '../local/infrastructure.ts';
import { expectLawsHold } from '../test/support/audit.ts';
import { boundOf } from '../test/support/bound.ts';
import { type Attempt, costOf } from '../test/support/cost.ts';
import type { EngineShop } from '../test/support/engine-shop.ts';
import { timeFor } from '../test/support/time.ts';
import { ordersOf, type Workload } from '../test/support/workloads.ts';
import { requireAllCancelled } from './check.ts';
import type { Place } from './places.ts';
import { ownSeconds, secondsOfGroup } from './processor-time.ts';
import { withShop } from './shop.ts';
import { fillShop } from './stock.ts';
import { type Cancelled, cancelAll, type Field, type Strategy } from './strategies.ts';
import { timed } from './times.ts';
import { listen } from './wire.ts';

export type Run = {
  /** `simulated`: the fake DynamoDB of the tests, in virtual time. */
  readonly engine: Place['engine'] | 'simulated';
  readonly latency: Place['latency'];
  readonly workload: Workload;
  readonly strategy: Strategy['name'];
  /** Callers at the same time. */
  readonly concurrency: number;
  /** Orders in each call. */
  readonly batchSize: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Reads, and all attempts of transactions. */
  readonly requestsPerCancellation: number;
  readonly boundRequestsPerCancellation: number;
  readonly writeUnitsPerCancellation: number;
  readonly boundWriteUnitsPerCancellation: number;
  readonly indexWriteUnitsPerCancellation: number;
  /** Of the requests, the transactions. */
  readonly transactionsPerCancellation: number;
  /** The share of callers over HTTP that had an answer within 300 ms. */
  readonly answeredIn300Ms?: number;
  /** Attempts that failed by a transaction conflict, in total. */
  readonly conflicts: number;
  /** Shares of one processor that were in use; absent where the system does not report them. */
  readonly busy: {
    readonly caller?: number;
    readonly engine?: number;
    readonly network?: number;
  };
};

export type Measurement = {
  readonly place: Place;
  readonly workload: Workload;
  readonly strategy: Strategy;
  readonly orders: number;
  readonly seed: number;
};

/**
 * Opens a shop, fills it, cancels all its orders and closes it.
 *
 * @throws Error when the laws do not hold before or after, or an order is not cancelled
 */
export const measure = (measurement: Measurement, infrastructure: Infrastructure): Promise<Run> =>
  withShop(measurement.place, infrastructure, (shop) => measureIn(shop, measurement));

const measureIn = async (
  shop: EngineShop,
  { place, workload, strategy, orders: count, seed }: Measurement,
): Promise<Run> => {
  const orders = ordersOf(workload, count, seed);
  await fillShop(shop, orders);
  await expectLawsHold(shop);
  await place.network?.serve(shop.tables);
  const callers = shop.through(place.network?.endpoint ?? place.engineEndpoint);
  const attempts = listen(callers.client);
  const used = processorTime(place);

  const { seconds, result } = await timed(() =>
    cancelAll(
      orders.map(({ id }) => id),
      strategy,
      inRealTime(callers.store),
    ),
  );

  const { caller, engine } = used();
  const network = await place.network?.busy();
  callers.close();
  await requireAllCancelled(shop, orders);
  return {
    engine: place.engine,
    latency: place.latency,
    ...toFigures({ workload, strategy, orders, seconds, result, attempts, tables: shop.tables }),
    busy: {
      caller: caller / seconds,
      ...(engine !== undefined && { engine: engine / seconds }),
      ...(network !== undefined && { network }),
    },
  };
};

/** The time budget of a call: long enough for every strategy, but a hanging call ends. */
const ENOUGH_MS = 600_000;

const inRealTime = (store: Store): Field => ({
  ports: () => ({ store, runtime: systemRuntime, remaining: timeFor(ENOUGH_MS) }),
  elapsed: () => performance.now(),
});

/**
 * What the wire and the clock have shown.
 *
 * @throws Error when an order was not cancelled
 */
export const toFigures = ({
  workload,
  strategy,
  orders,
  seconds,
  result: { results, waits },
  attempts,
  tables,
}: {
  readonly workload: Workload;
  readonly strategy: Strategy;
  readonly orders: readonly NewOrder[];
  readonly seconds: number;
  readonly result: Cancelled;
  readonly attempts: readonly Attempt[];
  readonly tables: Tables;
}): Omit<Run, 'engine' | 'latency' | 'busy'> => {
  const count = orders.length;
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  deepStrictEqual([results.length, [...outcomes]], [count, ['cancelled']]);
  const cost = costOf(attempts, tables);
  const bound = boundOf(orders, strategy.batchSize);
  return {
    workload,
    strategy: strategy.name,
    concurrency: strategy.concurrency,
    batchSize: strategy.batchSize,
    orders: count,
    ordersPerSecond: count / seconds,
    requestsPerCancellation: cost.requests / count,
    boundRequestsPerCancellation: bound.requests / count,
    writeUnitsPerCancellation: cost.writeUnits / count,
    boundWriteUnitsPerCancellation: bound.writeUnits / count,
    indexWriteUnitsPerCancellation: cost.indexWriteUnits / count,
    transactionsPerCancellation: cost.transactions / count,
    ...(waits && { answeredIn300Ms: waits.filter((wait) => wait <= 300).length / count }),
    conflicts: cost.conflicts,
  };
};

/** @returns a function that returns the seconds of processor time since this call */
const processorTime = ({ engineGroup }: Place) => {
  const [caller, engine] = [ownSeconds(), secondsOfGroup(engineGroup)];
  return () => {
    const after = secondsOfGroup(engineGroup);
    return {
      caller: ownSeconds() - caller,
      engine: engine === undefined || after === undefined ? undefined : after - engine,
    };
  };
};
