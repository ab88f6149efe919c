import { describe, expect, test } from '@jest/globals';
import { tablesFromEnvironment } from '../../../lib/dynamodb/tables.ts';

const ENVIRONMENT = {
  ORDERS_TABLE: 'shop-orders',
  PRODUCTS_TABLE: 'shop-products',
  STOCK_MOVEMENTS_TABLE: 'shop-stock-movements',
  CANCELLATION_BATCHES_TABLE: 'shop-cancellation-batches',
  TURNS_TABLE: 'shop-turns',
  ORDER_STATUS_SHARDS: '8',
  ORDER_DUE_SHARDS: '4',
  PRODUCT_MOVEMENT_SHARDS: '128',
};

describe('The tables of a function', () => {
  test('are read from its environment', () => {
    expect(tablesFromEnvironment(ENVIRONMENT)).toEqual({
      orders: 'shop-orders',
      products: 'shop-products',
      stockMovements: 'shop-stock-movements',
      cancellationBatches: 'shop-cancellation-batches',
      turns: 'shop-turns',
      orderStatusShards: 8,
      orderDueShards: 4,
      productMovementShards: 128,
    });
  });

  test.each(Object.keys(ENVIRONMENT))('require %s', (name) => {
    const { [name as keyof typeof ENVIRONMENT]: _, ...rest } = ENVIRONMENT;

    expect(() => tablesFromEnvironment(rest)).toThrow(`${name} is not set`);
    expect(() => tablesFromEnvironment({ ...rest, [name]: '' })).toThrow(`${name} is not set`);
  });

  test.each(['0', '-1', '1.5', '129', '1e2', ' 8', '8 ', 'eight', '٨', 'NaN'])(
    'reject "%s" as a number of shards',
    (count) => {
      for (const name of ['ORDER_STATUS_SHARDS', 'ORDER_DUE_SHARDS', 'PRODUCT_MOVEMENT_SHARDS']) {
        expect(() => tablesFromEnvironment({ ...ENVIRONMENT, [name]: count })).toThrow(
          `${name} must be a whole number from 1 to 128, not "${count}"`,
        );
      }
    },
  );
});
