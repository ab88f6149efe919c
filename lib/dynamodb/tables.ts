/** Where the shop's data lies, and over how many partitions each hot index key is spread. */
export type Tables = {
  readonly orders: string;
  readonly products: string;
  readonly stockMovements: string;
  readonly orderStatusShards: number;
  readonly productMovementShards: number;
};

/**
 * Reads the tables from a function's environment.
 *
 * @throws Error when a variable is missing or a shard count is not a whole number from 1 to 1,000;
 *   better at the first start than at the first order.
 */
export const tablesFromEnvironment = (env: NodeJS.ProcessEnv): Tables => ({
  orders: required(env, 'ORDERS_TABLE'),
  products: required(env, 'PRODUCTS_TABLE'),
  stockMovements: required(env, 'STOCK_MOVEMENTS_TABLE'),
  orderStatusShards: shardCount(env, 'ORDER_STATUS_SHARDS'),
  productMovementShards: shardCount(env, 'PRODUCT_MOVEMENT_SHARDS'),
});

const required = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
};

const shardCount = (env: NodeJS.ProcessEnv, name: string): number => {
  const value = required(env, name);
  if (!/^[1-9]\d{0,2}$|^1000$/.test(value)) {
    throw new Error(`${name} must be a whole number from 1 to 1000, not "${value}"`);
  }
  return Number(value);
};
