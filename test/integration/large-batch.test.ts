/** What the queue function holds of a batch, in bytes, when all orders are read and packed. */
import { describe, expect, test } from '@jest/globals';
import { configuration } from '../support/infrastructure.ts';
import { cancelLargeBatch } from '../support/large-batch.ts';

const ORDERS = 50;
const LARGEST_BATCH = 1_000;
const MB = 1024 * 1024;

describe('A batch of the largest orders, each of 1,000 lines and 1,000 causes,', () => {
  test('holds less than 500 KB of each, so a thousand of them take less than a third of the memory', async () => {
    const { functions } = await configuration();
    const memoryMB = functions['cancel-orders']?.memorySize ?? 0;

    // A twentieth of the orders, in a quarter of the memory: as much is read at once as of all.
    const { held, failures } = await cancelLargeBatch({
      orders: ORDERS,
      lines: 1_000,
      memoryMB: memoryMB / 4,
    });

    expect(failures).toBe(ORDERS);
    expect(held / ORDERS).toBeLessThan(500_000);
    expect(LARGEST_BATCH * (held / ORDERS)).toBeLessThan((memoryMB / 3) * MB);
  });
});
