import { describe, expect, jest, test } from '@jest/globals';
import { backOff } from '../../lib/retry.ts';
import { unitRuntime } from '../support/unit-runtime.ts';

const drawing = (number: number) => unitRuntime({ random: () => number });

describe('Backing off', () => {
  test('waits and returns true if the wait fits the time left', async () => {
    expect(await backOff(0, () => 1, drawing(0))).toBe(true);
  });

  // The ceiling of the first wait is 20 milliseconds; it doubles up to a second.
  test.each([
    [0, 20],
    [1, 40],
    [3, 160],
    [5, 640],
    [6, 1_000],
    [60, 1_000],
    [2_000, 1_000],
  ])('before attempt %i waits less than %i milliseconds', async (attempt, ceiling) => {
    expect(await backOff(attempt, () => ceiling / 2, drawing(0.5))).toBe(false);
    if (ceiling < 100)
      expect(await backOff(attempt, () => ceiling / 2 + 1, drawing(0.5))).toBe(true);
  });

  test('does not wait when no time is left', async () => {
    expect(await backOff(0, () => 0, drawing(0))).toBe(false);
  });

  test('asks for the time left once', async () => {
    const remaining = jest.fn(() => 100);

    await backOff(0, remaining, drawing(0));

    expect(remaining).toHaveBeenCalledTimes(1);
  });
});
