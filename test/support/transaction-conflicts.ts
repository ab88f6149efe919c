/** The transaction conflicts of DynamoDB, which no local engine has. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Action,
  actionsOf,
  cancelledFor,
  type Fault,
  isTransaction,
  refusedWith,
} from './faults.ts';

const IN_PROGRESS = refusedWith('TransactionInProgressException');

type Options = {
  /** The attributes of each table's primary key, by table name. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /**
   * Milliseconds that a transaction keeps its items busy before it reaches the engine. On AWS this
   * time passes by itself; without it, transactions here rarely meet.
   */
  readonly hold: () => number;
};

/**
 * Refuses every transaction that meets another one on an item, with `TransactionConflict` for
 * exactly the shared items, as DynamoDB does. A repeated request whose first attempt is still in
 * progress gets `TransactionInProgressException`. A repetition of one that took effect gets the
 * answer of the engine without any conflict, because it changes nothing any more.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export const transactionConflicts = ({ keys, hold }: Options): Fault => {
  const busy = new Set<string>();
  const inProgress = new Set<string>();
  const carriedOut = new Set<string>();

  const itemOf = ({ table, attributes }: Action): string => {
    const key = keys[table];
    if (!key) throw new Error(`The proxy was not told the key of table ${table}.`);
    return JSON.stringify([table, ...key.map((name) => attributes[name]?.S)]);
  };

  return async (answer, request) => {
    if (!isTransaction(request)) return answer();
    const token = String(request.json.ClientRequestToken);
    if (inProgress.has(token)) return IN_PROGRESS(answer, request);
    if (carriedOut.has(token)) return answer();

    const items = actionsOf(request).map(itemOf);
    if (items.some((item) => busy.has(item))) {
      const reasons = items.map((item) => (busy.has(item) ? 'TransactionConflict' : 'None'));
      return cancelledFor(...reasons)(answer, request);
    }
    inProgress.add(token);
    for (const item of items) busy.add(item);
    try {
      await sleep(hold());
      const answered = await answer();
      if (answered.status === 200) carriedOut.add(token);
      return answered;
    } finally {
      for (const item of items) busy.delete(item);
      inProgress.delete(token);
    }
  };
};
