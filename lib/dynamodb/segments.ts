import type { ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type { TimeBudget } from '../time-budget.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { scanItems } from './read.ts';

/** Parts of a table that are read at the same time. Each has one page of up to 1 MB in memory. */
const SEGMENTS = 4;

/** The pages of a whole table (strongly consistent), in segments that are read in parallel. */
export const scanSegments = (
  db: Database,
  table: string,
  remaining: TimeBudget,
): AsyncGenerator<Item[]> =>
  asTheyCome(
    Array.from({ length: SEGMENTS }, (_, segment) => {
      const input: ScanCommandInput = {
        TableName: table,
        ConsistentRead: true,
        Segment: segment,
        TotalSegments: SEGMENTS,
      };
      return scanItems(db, input, remaining);
    }),
  );

/** Yields what any of these yields, as soon as it does. Reads ahead one item of each. */
async function* asTheyCome<T>(sources: readonly AsyncIterator<T>[]): AsyncGenerator<T> {
  const ask = (source: AsyncIterator<T>) => source.next().then((result) => ({ source, result }));
  const waiting = new Map(sources.map((source) => [source, ask(source)]));
  // One that fails while another is worked on is heard of when it is its turn.
  for (const next of waiting.values()) next.catch(() => undefined);
  while (waiting.size > 0) {
    const { source, result } = await Promise.race(waiting.values());
    if (result.done) waiting.delete(source);
    else {
      const next = ask(source);
      next.catch(() => undefined);
      waiting.set(source, next);
      yield result.value;
    }
  }
}
