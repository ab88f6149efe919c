import { describe, expect, test } from '@jest/globals';
import { timeBudget } from '../../lib/time-budget.ts';
import { lambdaContext } from '../support/unit-events.ts';

describe('The time that an invocation may spend on trying', () => {
  test('is what is left, less half a second to answer', () => {
    expect(timeBudget(lambdaContext({ remaining: 10_000 }))()).toBe(9_500);
  });

  test.each([500, 499, 1, 0, -20])('is never negative: %i milliseconds left', (remaining) => {
    expect(timeBudget(lambdaContext({ remaining }))()).toBe(0);
  });

  test('is asked for anew each time', () => {
    let left = 3_000;
    const remaining = timeBudget({ getRemainingTimeInMillis: () => left });

    expect(remaining()).toBe(2_500);
    left = 1_000;
    expect(remaining()).toBe(500);
  });
});
