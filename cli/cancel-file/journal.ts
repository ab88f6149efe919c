import * as z from 'zod/mini';
import { wrongUsage } from '../failure.ts';
import type { Files } from '../files.ts';

/** An order that is not cancelled, and why. */
export type Rejected = { readonly orderId: string; readonly code: string };

/** What has been done already, by the number of the batch. */
export type Done = {
  readonly sent: ReadonlyMap<number, string>;
  readonly finished: ReadonlyMap<number, readonly Rejected[]>;
};

export type Journal = Done & {
  /** Remembers that the system has accepted a batch, and its id. */
  readonly batchSent: (batch: number, batchId: string) => Promise<void>;
  /** Remembers that no order of a batch is pending any more. */
  readonly batchFinished: (batch: number, rejected: readonly Rejected[]) => Promise<void>;
};

const Entry = z.union([
  z.object({ started: z.string() }),
  z.object({ sent: z.int(), batchId: z.string() }),
  z.object({
    finished: z.int(),
    rejected: z.array(z.object({ orderId: z.string(), code: z.string() })),
  }),
]);
type Entry = z.output<typeof Entry>;

/**
 * Opens the journal of a file of cancellations: one line of JSON for each thing that was done. A
 * command that was killed and is started again reads it, and does the rest.
 *
 * @param digest what the cancellations are
 * @throws Failure when it belongs to other cancellations
 */
export const openJournal = async (path: string, digest: string, files: Files): Promise<Journal> => {
  const sent = new Map<number, string>();
  const finished = new Map<number, readonly Rejected[]>();
  const record = (entry: Entry): void => {
    if ('sent' in entry) sent.set(entry.sent, entry.batchId);
    if ('finished' in entry) finished.set(entry.finished, entry.rejected);
  };
  const write = async (entry: Entry): Promise<void> => {
    await files.append(path, `${JSON.stringify(entry)}\n`);
    record(entry);
  };

  const text = (await files.read(path)) ?? '';
  // A death in the middle of a line leaves a part of it. The next line must not be added to it.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await files.write(path, whole);
  const entries = whole
    .split('\n')
    .filter(Boolean)
    .map((line) => entryOf(line, path));
  const [first] = entries;
  if (!first) await write({ started: digest });
  else if (!('started' in first) || first.started !== digest) throw foreign(path);
  for (const entry of entries) record(entry);
  return {
    sent,
    finished,
    batchSent: (batch, batchId) => write({ sent: batch, batchId }),
    batchFinished: (batch, rejected) => write({ finished: batch, rejected: [...rejected] }),
  };
};

const entryOf = (line: string, path: string): Entry => {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    throw wrongUsage(`${path} is no journal of cancellations. Name another result with --result.`);
  }
};

const foreign = (path: string) =>
  wrongUsage(
    `${path} is the journal of other cancellations: another file, other options or another system. Name another result with --result, or delete the journal to start anew.`,
  );
