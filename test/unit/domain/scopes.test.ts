import { describe, expect, test } from '@jest/globals';
import { ORDER_STATUSES } from '../../../lib/domain/order.ts';
import { statusesOf } from '../../../lib/domain/scopes.ts';

describe('A scope of orders', () => {
  test.each(ORDER_STATUSES)('that is the status %s takes in that status alone', (status) => {
    expect(statusesOf(status)).toEqual([status]);
  });

  test('that is active takes in all but the cancelled ones', () => {
    expect(statusesOf('active')).toEqual(['pending', 'confirmed', 'shipped', 'delivered']);
  });

  test('that is not given takes in all', () => {
    expect(statusesOf(undefined)).toEqual(ORDER_STATUSES);
  });
});
