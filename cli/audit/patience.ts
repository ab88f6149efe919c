import type { Runtime } from '../../lib/runtime.ts';
import type { TimeBudget } from '../../lib/time-budget.ts';

/** Milliseconds without a first answer after which the tables count as not reachable. */
const FIRST_ANSWER_MS = 10_000;

/** The same between two answers: throttling and a lost connection may pass in this time. */
const NEXT_ANSWER_MS = 120_000;

/** How long DynamoDB has been asked without an answer, and how long it may still be. */
export type Patience = {
  /** Milliseconds until a request that is not answered ends the work. */
  readonly remaining: TimeBudget;
  readonly asked: () => void;
  readonly answered: () => void;
};

/**
 * The work may take as long as the shop is large, and compute for as long as it likes between two
 * requests. What ends it is DynamoDB when it is asked and does not answer.
 */
export const createPatience = ({ now }: Pick<Runtime, 'now'>): Patience => {
  let limit = FIRST_ANSWER_MS;
  let unansweredSince: number | undefined;
  return {
    remaining: () =>
      unansweredSince === undefined
        ? limit
        : Math.max(0, unansweredSince + limit - now().getTime()),
    asked: () => {
      unansweredSince ??= now().getTime();
    },
    answered: () => {
      limit = NEXT_ANSWER_MS;
      unansweredSince = undefined;
    },
  };
};
