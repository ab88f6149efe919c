import { expect, test } from '@jest/globals';
import { torture } from '../wire/torture.ts';

// A large order that the last kill interrupted is due after a minute.
const TIME_LIMIT_MS = 300_000;

test(
  '200 orders are each cancelled once, while requests to DynamoDB fail and the functions are killed twice',
  async () => {
    const figures = await torture({ cancellations: 200, kills: 2, seed: 1 });

    expect(figures.violations).toEqual([]);
    expect(figures.kills).toBe(2);
    expect(figures.faulted).toBeGreaterThan(0);
    expect(figures.redeliveries).toBeGreaterThan(0);
  },
  TIME_LIMIT_MS,
);
