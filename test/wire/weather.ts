/** Faults at random on the way to DynamoDB, counted by kind. */
import type { Random } from '../../lib/seeded-random.ts';
import {
  actionsOf,
  answerBrokenOff,
  cancelledFor,
  connectionRefused,
  connectionReset,
  type Fault,
  internalServerError,
  isTransaction,
  refusedWith,
  silence,
  timedOut,
} from '../support/faults.ts';

export type Weather = {
  readonly fault: Fault;
  /** How many requests met each kind of fault. */
  readonly counts: Readonly<Record<string, number>>;
  /** From now on there are no more faults. */
  clears(): void;
};

/** @param share of the requests that meet a fault, from 0 to 1 */
export const badWeather = (share: number, random: Random): Weather => {
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  /** DynamoDB cancels the transaction and names one of its actions as the cause. */
  const because =
    (code: string): Fault =>
    (answer, request) => {
      const actions = actionsOf(request);
      const cause = one(actions);
      const reasons = actions.map((action) => (action === cause ? code : 'None'));
      return cancelledFor(...reasons)(answer, request);
    };

  const faults: Readonly<Record<string, Fault>> = {
    'connection broken before the request': connectionRefused,
    'connection broken after the commit': connectionReset,
    'answer broken off after the commit': answerBrokenOff,
    'no commit, and no answer until the time-out': silence,
    'commit, and no answer until the time-out': timedOut,
    'error 500 before the commit': refusedWith('InternalServerError', 500),
    'error 500 after the commit': internalServerError,
    'error 503': refusedWith('ServiceUnavailable', 503),
    ThrottlingException: refusedWith('ThrottlingException'),
    ProvisionedThroughputExceededException: refusedWith('ProvisionedThroughputExceededException'),
  };
  const faultsOfTransactions: Readonly<Record<string, Fault>> = {
    ...faults,
    TransactionInProgressException: refusedWith('TransactionInProgressException'),
    'cancelled for TransactionConflict': because('TransactionConflict'),
    'cancelled for ThrottlingError': because('ThrottlingError'),
    'cancelled for ProvisionedThroughputExceeded': because('ProvisionedThroughputExceeded'),
  };

  const counts: Record<string, number> = {};
  let isClear = false;
  return {
    counts,
    fault(answer, request) {
      if (isClear || random() >= share) return answer();
      const [kind, fault] = one(
        Object.entries(isTransaction(request) ? faultsOfTransactions : faults),
      );
      counts[kind] = (counts[kind] ?? 0) + 1;
      return fault(answer, request);
    },
    clears() {
      isClear = true;
    },
  };
};
