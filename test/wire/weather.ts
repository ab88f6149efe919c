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

type Kind = { readonly fault: Fault; readonly onlyTransactions?: true };

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

  /** DynamoDB names one of the actions as the reason. */
  const reason =
    (code: string): Fault =>
    (answer, request) => {
      const actions = actionsOf(request);
      const culprit = one(actions);
      return cancelledFor(...actions.map((action) => (action === culprit ? code : 'None')))(
        answer,
        request,
      );
    };

  const kinds: Readonly<Record<string, Kind>> = {
    'connection broke before the request': { fault: connectionRefused },
    'connection broke after the commit': { fault: connectionReset },
    'answer broke off': { fault: answerBrokenOff },
    'request stalled until the time-out': { fault: silence },
    'answer stalled until the time-out': { fault: timedOut },
    'error 500 before the commit': { fault: refusedWith('InternalServerError', 500) },
    'error 500 after the commit': { fault: internalServerError },
    'error 503': { fault: refusedWith('ServiceUnavailable', 503) },
    ThrottlingException: { fault: refusedWith('ThrottlingException') },
    ProvisionedThroughputExceededException: {
      fault: refusedWith('ProvisionedThroughputExceededException'),
    },
    TransactionInProgressException: {
      fault: refusedWith('TransactionInProgressException'),
      onlyTransactions: true,
    },
    'reason TransactionConflict': {
      fault: reason('TransactionConflict'),
      onlyTransactions: true,
    },
    'reason ThrottlingError': { fault: reason('ThrottlingError'), onlyTransactions: true },
    'reason ProvisionedThroughputExceeded': {
      fault: reason('ProvisionedThroughputExceeded'),
      onlyTransactions: true,
    },
  };
  const all = Object.entries(kinds);
  const forReads = all.filter(([, { onlyTransactions }]) => !onlyTransactions);

  const counts: Record<string, number> = {};
  let isClear = false;
  return {
    counts,
    fault(answer, request) {
      if (isClear || random() >= share) return answer();
      const [name, { fault }] = one(isTransaction(request) ? all : forReads);
      counts[name] = (counts[name] ?? 0) + 1;
      return fault(answer, request);
    },
    clears() {
      isClear = true;
    },
  };
};
