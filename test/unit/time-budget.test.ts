import { describe, expect, test } from '@jest/globals';
import { orIfTimeIsUp, TimeIsUpError, timeBudget } from '../../lib/time-budget.ts';
import { lambdaContext } from '../support/unit-events.ts';

describe('The time budget of an invocation', () => {
  test('is the time left minus half a second for the answer', () => {
    expect(timeBudget(lambdaContext({ remaining: 10_000 }))()).toBe(9_500);
  });

  test.each([500, 499, 1, 0, -20])('is never negative: %i milliseconds left', (remaining) => {
    expect(timeBudget(lambdaContext({ remaining }))()).toBe(0);
  });

  test.each([
    [1, 10_000, 9_498],
    [100, 10_000, 9_300],
    [1_000, 60_000, 57_500],
  ])('is smaller for %i answers: %i milliseconds left', (answers, remaining, left) => {
    expect(timeBudget(lambdaContext({ remaining }), answers)()).toBe(left);
  });

  test('is computed again at each call', () => {
    let left = 3_000;
    const remaining = timeBudget({ getRemainingTimeInMillis: () => left });

    expect(remaining()).toBe(2_500);
    left = 1_000;
    expect(remaining()).toBe(500);
  });
});

describe('Work that may run out of time', () => {
  test('returns its result', async () => {
    expect(await orIfTimeIsUp(async () => 'done', 'undone')).toBe('done');
  });

  test('returns the alternative if the time is up', async () => {
    const late = async () => {
      throw new TimeIsUpError('Too late');
    };

    expect(await orIfTimeIsUp(late, 'undone')).toBe('undone');
  });

  test('throws any other error', async () => {
    const broken = new Error('Broken');
    const breaks = async () => {
      throw broken;
    };

    await expect(orIfTimeIsUp(breaks, 'undone')).rejects.toBe(broken);
  });
});
