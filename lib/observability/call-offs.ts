import type { CallOffResult } from '../use-cases/call-off/call-off.ts';
import { logger } from './logger.ts';
import type { Caller } from './writes.ts';

/**
 * Reports to operations how call-offs went on: a log line for each. Its orders have their own.
 *
 * @param callers by result, who asked for it
 */
export const reportCallOffs = (
  results: readonly CallOffResult[],
  callers: readonly (Caller | undefined)[],
): void => {
  for (const [index, result] of results.entries()) {
    const line = { ...result, ...callers[index] };
    switch (result.outcome) {
      case 'done':
      case 'over':
      case 'unfinished':
        logger.info('call-off', line);
        break;
      case 'reopened':
      case 'unknown':
        logger.warn('call-off was not carried out', line);
        break;
      case 'failed':
        logger.error('call-off failed', line);
        break;
    }
  }
};
