/** DynamoDB's transaction conflicts, which no engine on this machine has. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Interceptor } from './fault-proxy.ts';
import { type Action, actionsOf, cancelled, failure, isTransaction } from './faults.ts';

type Options = {
  /** The attributes of each table's primary key, by table name. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /**
   * Milliseconds that a transaction keeps its items busy before it reaches the engine. On AWS that
   * time passes by itself; without it, transactions here hardly ever meet.
   */
  readonly hold: () => number;
};

/**
 * Refuses every transaction that meets another one on an item, with `TransactionConflict` for just
 * the actions that met, as DynamoDB does. A request that is sent again while its first attempt is
 * still on its way gets `TransactionInProgressException`, and one that has been carried out gets the
 * engine's answer without any conflict, since it changes nothing any more.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export const transactionConflicts = ({ keys, hold }: Options): Interceptor => {
  const busy = new Set<string>();
  const inProgress = new Set<string>();
  const carriedOut = new Set<string>();

  const itemOf = ({ table, attributes }: Action): string => {
    const key = keys[table];
    if (!key) throw new Error(`The proxy was not told the key of table ${table}.`);
    return JSON.stringify([table, ...key.map((name) => attributes[name]?.S)]);
  };

  return async (request, next) => {
    if (!isTransaction(request)) return next();
    const token = String(request.input.ClientRequestToken);
    if (inProgress.has(token)) return failure('TransactionInProgressException');
    if (carriedOut.has(token)) return next();

    const items = actionsOf(request).map(itemOf);
    if (items.some((item) => busy.has(item))) {
      return cancelled(items.map((item) => (busy.has(item) ? 'TransactionConflict' : 'None')));
    }
    inProgress.add(token);
    for (const item of items) busy.add(item);
    try {
      await sleep(hold());
      const answer = await next();
      if (typeof answer === 'object' && answer.status === 200) carriedOut.add(token);
      return answer;
    } finally {
      for (const item of items) busy.delete(item);
      inProgress.delete(token);
    }
  };
};
