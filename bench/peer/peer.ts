/**
 * The peer: the Rails code's cancellation on PostgreSQL, its own database, with the same orders.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { concurrently } from '../../test/support/concurrently.ts';
import { ordersOf, type Workload } from '../../test/support/workloads.ts';
import { progress } from '../progress.ts';
import { timed } from '../times.ts';
import { findPostgreSql, type PostgreSql, startPostgreSql, USER } from './postgresql.ts';
import { cancel, fillTables, requireAllCancelled, toRows } from './rails.ts';

export type PeerRun = {
  /** As in `postgresql-15`. */
  readonly engine: string;
  readonly latency: 'bare' | '1-ms-per-statement';
  readonly workload: Workload;
  readonly strategy: 'row-locks';
  /** Connections, each with one cancellation at a time. */
  readonly concurrency: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly statementsPerCancellation: number;
};

const CONNECTIONS = 16;

const LATENCIES = [
  { latency: 'bare', before: async () => {} },
  { latency: '1-ms-per-statement', before: () => sleep(1) },
] as const;

/** Measures every workload. Without PostgreSQL, it reports that and measures nothing. */
export const measurePeer = async (
  workloads: readonly Workload[],
  { orders, seed }: { readonly orders: number; readonly seed: number },
): Promise<PeerRun[]> => {
  const installation = await findPostgreSql();
  if (!installation) {
    progress('PostgreSQL is left out: it is not installed (apt-get install postgresql)');
    return [];
  }
  const server = await startPostgreSql(installation);
  try {
    const runs: PeerRun[] = [];
    for (const workload of workloads) {
      for (const { latency, before } of LATENCIES) {
        const run = await measureOne(server, { workload, orders, seed, before });
        runs.push({
          engine: `postgresql-${server.version}`,
          latency,
          workload,
          strategy: 'row-locks',
          concurrency: CONNECTIONS,
          orders,
          ...run,
        });
        progress(
          `${workload}, row locks, PostgreSQL ${server.version} ${latency}: ${run.ordersPerSecond.toFixed(0)} orders/s`,
        );
      }
    }
    return runs;
  } finally {
    await server.stop();
  }
};

type Task = {
  readonly workload: Workload;
  readonly orders: number;
  readonly seed: number;
  readonly before: () => Promise<void>;
};

const measureOne = async (
  { host, port }: PostgreSql,
  { workload, orders, seed, before }: Task,
): Promise<Pick<PeerRun, 'ordersPerSecond' | 'statementsPerCancellation'>> => {
  const address = { host, port, user: USER, database: 'postgres' };
  const sql = postgres({ ...address, max: CONNECTIONS + 1, onnotice: () => {} });
  try {
    const rows = toRows(ordersOf(workload, orders, seed));
    await fillTables(sql, rows);
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => sql.reserve()));
    const free = [...connections];
    const cancelOne = async (orderId: number): Promise<number> => {
      const connection = free.pop() as postgres.ReservedSql;
      try {
        return await cancel(connection, orderId, before);
      } finally {
        free.push(connection);
      }
    };
    const { seconds, result: statements } = await timed(() =>
      concurrently(rows.orders, cancelOne, { limit: CONNECTIONS }),
    );
    for (const connection of connections) connection.release();
    await requireAllCancelled(sql, rows);
    return {
      ordersPerSecond: orders / seconds,
      statementsPerCancellation: statements.reduce((sum, count) => sum + count, 0) / orders,
    };
  } finally {
    await sql.end();
  }
};
