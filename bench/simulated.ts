/**
 * Cancels the orders of a shop on the fake DynamoDB, which takes its time as AWS does and lets
 * transactions conflict. Time is virtual and every caller has a processor of its own, as on Lambda.
 * On this machine several workers would share both the processors and an engine that is busy. As
 * deployed, a worker takes its turns at writing also when it is alone.
 */
import { expectLawsHold } from '../test/support/audit.ts';
import { asPlaced } from '../test/support/builders.ts';
import { openSlowShop } from '../test/support/slow-shop.ts';
import { ordersOf } from '../test/support/workloads.ts';
import { type Measurement, type Run, toFigures } from './measure.ts';
import { cancelAll } from './strategies.ts';

/** @throws Error when the laws do not hold afterwards, or an order is not cancelled */
export const measureSimulated = async ({
  workload,
  strategy,
  orders: count,
  seed,
}: Omit<Measurement, 'place'>): Promise<Run> => {
  const orders = ordersOf(workload, count, seed);
  const shop = openSlowShop(orders.map(asPlaced));
  let callers = 0;
  const field = {
    ports() {
      callers += 1;
      return shop.worker(callers).ports;
    },
    elapsed: shop.time.elapsed,
  };

  const result = await shop.time.run(
    cancelAll(
      orders.map(({ id }) => id),
      strategy,
      field,
    ),
  );

  await expectLawsHold(shop);
  const { attempts, tables, time } = shop;
  const seconds = time.elapsed() / 1_000;
  return {
    engine: 'simulated',
    latency: 'aws-like',
    ...toFigures({ workload, strategy, orders, seconds, result, attempts, tables }),
    busy: {},
  };
};
