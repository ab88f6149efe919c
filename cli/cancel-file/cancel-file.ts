/** Cancels the orders of a file, and goes on where an earlier run of it has stopped. */
import { ordersNow } from '../dead-letters/orders-now.ts';
import { wrongUsage } from '../failure.ts';
import type { Session } from '../session.ts';
import { counted } from '../text.ts';
import { followBatches } from './follow.ts';
import { openJournal } from './journal.ts';
import { type Defaults, digestOf, planBatches } from './plan.ts';
import { readOrders } from './read-orders.ts';
import { type Outcome, outcomesOf, resultCsv } from './result.ts';
import { sendBatches } from './send.ts';

export type CancelFileOptions = {
  readonly file: string;
  readonly result: string;
  readonly defaults: Defaults;
  /** Seconds without progress until it stops waiting. */
  readonly giveUpAfter: number;
};

/**
 * @returns what became of each order; some are pending when it has stopped waiting
 * @throws Failure when it has to be started again, or the file cannot be read
 */
export const cancelFile = async (
  { file, result, defaults, giveUpAfter }: CancelFileOptions,
  session: Session,
): Promise<readonly Outcome[]> => {
  const { api, output, ports } = session;
  const { files } = ports;
  const text = await files.read(file);
  if (text === undefined) throw wrongUsage(`There is no file ${file}.`);
  const { orders, repeated } = readOrders(text);
  if (repeated > 0)
    output.note(`${counted(repeated, 'line')} repeated an order, and did not count.`);
  const batches = planBatches(orders, defaults);
  const digest = digestOf(batches, await api.url());
  const journal = await openJournal(journalOf(result), digest, files);
  if (journal.sent.size > 0) output.note('An earlier run has begun with this file: going on.');

  const ofOrders = (verb: string) => ({ verb, noun: 'order', total: orders.length });
  await shown(output.progress(ofOrders('Sent')), (update) =>
    sendBatches(batches, journal, { api, onSent: update }),
  );
  const open = await shown(output.progress(ofOrders('Handled')), (update) =>
    followBatches(batches, journal, { giveUpAfter, onDone: update }, session),
  );
  const undecided = open.flatMap((batch) => batches[batch]?.orderIds ?? []);
  const outcomes = outcomesOf(orders, batches, journal, open, await ordersNow(undecided, api));
  await files.write(result, resultCsv(outcomes));
  return outcomes;
};

export const journalOf = (result: string): string => `${result}.journal`;

const shown = async <Result>(
  progress: { readonly update: (done: number) => void; readonly stop: () => void },
  work: (update: (done: number) => void) => Promise<Result>,
): Promise<Result> => {
  try {
    return await work(progress.update);
  } finally {
    progress.stop();
  }
};
