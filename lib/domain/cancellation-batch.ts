/**
 * A request to cancel many orders, remembered for a while so that its progress can be read from the
 * orders. It has no counters of its own that could disagree with them.
 *
 * - `orderIds`: without repetition.
 * - `expiresAt`: when it may be forgotten, in seconds since 1970.
 */
export type CancellationBatch = {
  readonly id: string;
  readonly orderIds: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: number;
};
