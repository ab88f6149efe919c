/**
 * Cancels orders in the real system, by queue and by HTTP, while requests to DynamoDB meet faults
 * and the functions are killed over and over. Then it checks that each order was cancelled once.
 *
 * The seed decides the orders and the sequence of the faults. Processes race, so two runs with one
 * seed are not the same.
 */
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import { waitUntil } from '../../local/wait.ts';
import { rowsOf } from '../support/audit.ts';
import { productsOf, violationsAfter } from './checks.ts';
import { doomedOrders, doorOf } from './orders.ts';
import { type Stage, setStage } from './stage.ts';

export type Torture = {
  readonly cancellations: number;
  readonly kills: number;
  readonly seed: number;
  /** Receives a line every ten seconds, and at the start of each phase. */
  readonly onProgress?: (line: string) => void;
};

export type Figures = Awaited<ReturnType<typeof torture>>;

/** Orders that may be on the queue and untried: enough to go on with while killed batches wait. */
const WAITING = 1_000;
const SENT_AT_ONCE = 100;

const LONG_ENOUGH = { timeoutSeconds: 1_800, intervalMilliseconds: 20 };

/** An interrupted operation is due after a minute. */
const UNTIL_SWEPT = { timeoutSeconds: 150, intervalMilliseconds: 5_000 };

/** Cancels everything, and returns what happened. */
export const torture = async ({ cancellations, kills, seed, onProgress }: Torture) => {
  const orders = doomedOrders(cancellations, seed);
  const stage = await setStage({ orders, kills, seed });
  const { shop, lambda, callers, queues, traffic, messages, told, weather } = stage;
  const before = await productsOf(shop);
  const start = performance.now();
  const seconds = (): number => Math.round((performance.now() - start) / 1_000);
  let phase = 'faults and kills';
  const report = (): void =>
    onProgress?.(
      `${seconds()} s  ${phase}: ${traffic.tried.size} orders tried, ${traffic.requests} requests, ` +
        `${sum(weather.counts)} of them faulted, ${traffic.kills} kills`,
    );
  const enter = (next: string): void => {
    phase = next;
    report();
  };
  const sweep = (): Promise<unknown> => lambda.invoke('sweep-orders', {});
  const timers = [
    setInterval(report, 10_000),
    // A sweep whose host does not start is none: the run itself will notice.
    setInterval(() => void sweep().catch(() => {}), 60_000),
  ];
  try {
    await sendAll(orders, stage);
    const areTried = async () => traffic.tried.size === orders.length;
    await waitUntil('each order has been tried', areTried, LONG_ENOUGH);
    weather.clears();
    const { requests } = traffic;
    enter('no more faults');
    await callers.areDone();
    await queues.untilDone(LONG_ENOUGH);
    enter('the queue is empty');
    const isSwept = async (): Promise<boolean> => {
      await sweep();
      const rows = await rowsOf(shop.client, shop.tables.orders);
      return rows.every(({ dueAt }) => dueAt === undefined);
    };
    await waitUntil('nothing is due', isSwept, UNTIL_SWEPT);
    enter('nothing is due');
    const deadLetters = await queues.deadLetters();
    return {
      ...{ cancellations, seed, seconds: seconds() },
      /** Of the functions to DynamoDB, as long as there were faults. */
      requests,
      faulted: sum(weather.counts),
      faultedByKind: weather.counts,
      conflicts: traffic.conflicts,
      kills: traffic.kills,
      killsInBatches: traffic.killsInBatches,
      deliveries: messages.delivered,
      redeliveries: messages.again,
      answersByHttp: callers.answers,
      outcomesInLog: told.outcomes,
      finishedBySweep: told.finishedBySweep(),
      violations: [
        ...(await violationsAfter(shop, orders, before)),
        ...told.violations(),
        ...deadLetters.map(({ Body }) => `dead letter: ${Body}`),
      ],
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    await stage.clear();
  }
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** Sends the messages bit by bit, a tenth of them twice, and calls for orders without one. */
const sendAll = async (
  orders: readonly NewOrder[],
  { queues, callers, traffic }: Stage,
): Promise<void> => {
  let sent = 0;
  const isRoom = async () => sent - traffic.tried.size < WAITING;
  for (const part of inParts(orders, SENT_AT_ONCE)) {
    await waitUntil('there is room on the queue', isRoom, LONG_ENOUGH);
    const ids = part.map(({ id }) => id);
    const byQueue = ids.filter((id) => doorOf(id) !== 'http');
    callers.callFor(ids.filter((id) => doorOf(id) === 'http'));
    const twice = byQueue.filter((_, index) => index % 10 === 0);
    await queues.send([...byQueue, ...twice].map((orderId) => ({ orderId })));
    sent += part.length;
  }
};
