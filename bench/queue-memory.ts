/**
 * Measures how much memory the queue function needs at the most: for 1,000 messages about orders of
 * 1,000 lines each, with ids as long as they may be.
 *
 * `node --import tsx bench/queue-memory.ts [orders] [lines] [memory in MB] [seconds]`
 */
import { cancelLargeBatch } from '../test/support/large-batch.ts';

const [orders = 1_000, lines = 1_000, memoryMB = 1_769, seconds = 30] = process.argv
  .slice(2)
  .map(Number);

const measured = await cancelLargeBatch({ orders, lines, memoryMB, seconds });
process.stdout.write(`${JSON.stringify(measured)}\n`);
