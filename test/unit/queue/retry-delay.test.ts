import { expect, test } from '@jest/globals';
import { retryDelay } from '../../../lib/queue/retry-delay.ts';

test.each([
  [1, 1, 2],
  [2, 2, 4],
  [3, 4, 8],
  [4, 8, 16],
  [5, 16, 32],
  [6, 30, 60],
  [14, 30, 60],
  [5_000, 30, 60],
])(
  'A message that failed at receive %i comes back in %i to %i seconds',
  (receives, least, most) => {
    expect(retryDelay(receives, () => 0)).toBe(least);
    expect(retryDelay(receives, () => 1 - 2 ** -53)).toBe(most);
  },
);

test('The random part of the delay spreads messages that failed together', () => {
  const delays = [0, 0.2, 0.4, 0.6, 0.8].map((random) => retryDelay(6, () => random));

  expect(delays).toEqual([30, 36, 42, 48, 54]);
});
