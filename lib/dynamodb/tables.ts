import { textFrom, wholeNumberFrom } from '../settings.ts';

/** The names of the tables, and the number of shards of each hot index key. */
export type Tables = {
  readonly orders: string;
  readonly products: string;
  readonly stockMovements: string;
  readonly cancellationBatches: string;
  readonly turns: string;
  readonly orderStatusShards: number;
  readonly orderDueShards: number;
  readonly productMovementShards: number;
};

/**
 * Reads the tables' settings from a function's environment.
 *
 * @throws Error when a variable is missing or a shard count is not a whole number in its range
 */
export const tablesFromEnvironment = (env: NodeJS.ProcessEnv): Tables => ({
  orders: textFrom(env, 'ORDERS_TABLE'),
  products: textFrom(env, 'PRODUCTS_TABLE'),
  stockMovements: textFrom(env, 'STOCK_MOVEMENTS_TABLE'),
  cancellationBatches: textFrom(env, 'CANCELLATION_BATCHES_TABLE'),
  turns: textFrom(env, 'TURNS_TABLE'),
  orderStatusShards: wholeNumberFrom(env, 'ORDER_STATUS_SHARDS'),
  orderDueShards: wholeNumberFrom(env, 'ORDER_DUE_SHARDS'),
  productMovementShards: wholeNumberFrom(env, 'PRODUCT_MOVEMENT_SHARDS'),
});
