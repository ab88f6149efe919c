/** The way between the functions and DynamoDB: what is counted there, and where the host is killed. */
import { actionsOf, type Fault, isTransaction } from '../support/faults.ts';
import type { DynamoRequest } from '../support/network.ts';
import type { Lambda } from './lambda.ts';
import { doorOf } from './orders.ts';

export type Traffic = {
  requests: number;
  /** Transactions that met another one. */
  conflicts: number;
  kills: number;
  /** Kills while the queue function worked on a batch. */
  killsInBatches: number;
  /** Orders that a transaction was sent for. */
  readonly tried: Set<string>;
  /** Orders that a transaction has changed. */
  readonly changed: Set<string>;
};

const ordersIn = (request: DynamoRequest): string[] =>
  actionsOf(request).flatMap(({ table, attributes: { id } }) =>
    table.endsWith('-orders') ? (id?.S ?? []) : [],
  );

export const countRequests =
  (traffic: Traffic): Fault =>
  (answer, request) => {
    traffic.requests += 1;
    for (const id of ordersIn(request)) traffic.tried.add(id);
    return answer();
  };

export const countAnswers =
  (traffic: Traffic): Fault =>
  async (answer, request) => {
    const answered = await answer();
    if (!isTransaction(request)) return answered;
    if (answered.status === 200) for (const id of ordersIn(request)) traffic.changed.add(id);
    else if (answered.body.includes('TransactionConflict')) traffic.conflicts += 1;
    return answered;
  };

/**
 * Kills the host at a transaction while the queue function works on a batch, evenly over the run: by
 * turns before the transaction reaches the engine and after its commit. Every third kill waits for a
 * commit of an order without a message instead: what is left of it, only the sweep will find.
 */
export const killAt =
  (lambda: Lambda, traffic: Traffic, kills: number, orders: number): Fault =>
  async (answer, request) => {
    const due = Math.floor((traffic.tried.size * (kills + 1)) / orders);
    const left = Math.min(kills, due) - traffic.kills;
    if (left <= 0 || !isTransaction(request)) return answer();
    const isThird = traffic.kills % 3 === 2 && traffic.kills < kills - 1;
    const isAwaited = ordersIn(request).some((id) => doorOf(id) === 'http');
    if (isThird && left === 1 ? !isAwaited : lambda.batches() === 0) return answer();
    traffic.kills += 1;
    if (lambda.batches() > 0) traffic.killsInBatches += 1;
    if (traffic.kills % 2 === 0 || isAwaited) await answer();
    lambda.kill();
    throw new Error('The caller is dead');
  };
