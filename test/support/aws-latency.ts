/** A model of AWS's latency in milliseconds, with values that are common within a region. */
import { actionsOf } from './faults.ts';
import type { DynamoRequest } from './network.ts';

const READ_MS = 4;
export const BATCH_READ_MS = 8;

/** What so many transactions take one after the other, with so many actions in all. */
export const transactionsMs = (transactions: number, actions: number): number =>
  12 * transactions + 0.1 * actions;

export const latencyOf = (request: DynamoRequest): number => {
  switch (request.operation) {
    case 'TransactWriteItems':
      return transactionsMs(1, actionsOf(request).length);
    case 'BatchGetItem':
      return BATCH_READ_MS;
    default:
      return READ_MS;
  }
};
