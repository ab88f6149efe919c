import { inBatches } from '../../lib/batches.ts';
import { createBatch } from '../../lib/http/operations/create-batch.ts';
import type { Api } from '../api.ts';
import type { Journal } from './journal.ts';
import type { BatchToSend } from './plan.ts';

const AT_ONCE = 4;

/**
 * Sends the batches that the journal does not have as sent. Each is recorded once the system has
 * accepted it. A death in between means that it is sent again, and that changes nothing: its orders
 * are on the queue twice, and each is cancelled once.
 *
 * @throws Failure when the system does not take a batch
 */
export const sendBatches = async (
  batches: readonly BatchToSend[],
  journal: Journal,
  { api, onSent }: { readonly api: Api; readonly onSent: (orders: number) => void },
): Promise<void> => {
  const sizes = batches.map(({ orderIds }) => orderIds.length);
  const toSend = [...batches.keys()].filter((batch) => !journal.sent.has(batch));
  let sent = [...journal.sent.keys()].reduce((sum, batch) => sum + (sizes[batch] ?? 0), 0);
  onSent(sent);
  await inBatches(toSend, { size: 1, atOnce: AT_ONCE }, async ([batch = 0]) => {
    const { body } = await api.call<{ batchId: string }>(createBatch, {
      body: batches[batch] ?? {},
    });
    await journal.batchSent(batch, body.batchId);
    sent += sizes[batch] ?? 0;
    onSent(sent);
  });
};
