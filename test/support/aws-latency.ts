/** A model of AWS's latency in milliseconds, with values that are common within a region. */
import { actionsOf } from './faults.ts';
import type { DynamoRequest } from './network.ts';

const READ = 4;
const BATCH_READ = 8;
const TRANSACTION = 12;
const ACTION = 0.1;

export const latencyOf = (request: DynamoRequest): number => {
  switch (request.operation) {
    case 'TransactWriteItems':
      return TRANSACTION + ACTION * actionsOf(request).length;
    case 'BatchGetItem':
      return BATCH_READ;
    default:
      return READ;
  }
};
