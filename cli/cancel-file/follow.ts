import { createBatch } from '../../lib/http/operations/create-batch.ts';
import { getBatch } from '../../lib/http/operations/get-batch.ts';
import { Failure } from '../failure.ts';
import type { BatchProgress } from '../resources.ts';
import type { Session } from '../session.ts';
import type { Journal } from './journal.ts';
import type { BatchToSend } from './plan.ts';

/** The batches that are asked for in one round: the queue works on the oldest ones. */
const ASKED_AT_ONCE = 4;

/** Between two rounds, in milliseconds: twice as long after each round that shows no progress. */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

/**
 * Waits until no order is pending any more, and records each batch for which that is so.
 *
 * @param options.giveUpAfter seconds without progress until it stops waiting
 * @returns the batches that still have pending orders
 * @throws Failure when the system is not reachable, or at Ctrl-C
 */
export const followBatches = async (
  batches: readonly BatchToSend[],
  journal: Journal,
  options: { readonly giveUpAfter: number; readonly onDone: (orders: number) => void },
  { api, pause, ports: { runtime } }: Pick<Session, 'api' | 'pause' | 'ports'>,
): Promise<readonly number[]> => {
  const settled = new Map<number, number>();
  const open = () => [...batches.keys()].filter((batch) => !journal.finished.has(batch));
  const done = () =>
    [...batches.entries()].reduce(
      (sum, [batch, { orderIds }]) =>
        sum + (journal.finished.has(batch) ? orderIds.length : (settled.get(batch) ?? 0)),
      0,
    );
  let before = -1;
  let lastProgress = runtime.now().getTime();
  for (let wait = SHORTEST_PAUSE_MS; open().length > 0; ) {
    for (const batch of open().slice(0, ASKED_AT_ONCE)) {
      settled.set(batch, await ask(batch, batches, journal, api));
    }
    options.onDone(done());
    const now = runtime.now().getTime();
    if (done() > before) {
      lastProgress = now;
      wait = SHORTEST_PAUSE_MS;
    } else {
      if (now - lastProgress >= options.giveUpAfter * 1_000) break;
      wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
    }
    before = Math.max(before, done());
    if (open().length > 0) await pause(wait);
  }
  return open();
};

/** @returns how many orders of the batch are not pending any more */
const ask = async (
  batch: number,
  batches: readonly BatchToSend[],
  journal: Journal,
  api: Session['api'],
): Promise<number> => {
  const batchId = journal.sent.get(batch) ?? '';
  try {
    const { body } = await api.call<BatchProgress>(getBatch, { path: { batchId } });
    if (body.pending === 0) await journal.batchFinished(batch, body.rejected);
    return body.total - body.pending;
  } catch (error) {
    if (!(error instanceof Failure) || error.body.code !== 'batch_not_found') throw error;
    // The system remembers a batch for a week. After that, sending it again shows what is left.
    const { body } = await api.call<{ batchId: string }>(createBatch, {
      body: batches[batch] ?? {},
    });
    await journal.batchSent(batch, body.batchId);
    return 0;
  }
};
