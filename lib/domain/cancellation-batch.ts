import type { CallOff } from './call-off.ts';

/**
 * A request to cancel many orders, stored for some days. Its progress is read from the orders: the
 * batch has no counters of its own that could disagree with them.
 *
 * - `orderIds`: each id once; none for a call-off, which finds its orders itself.
 * - `expiresAt`: when DynamoDB may delete the row (time to live), in seconds since 1970.
 */
export type CancellationBatch = {
  readonly id: string;
  readonly orderIds: readonly string[];
  readonly callOff?: CallOff;
  readonly createdAt: string;
  readonly expiresAt: number;
};
