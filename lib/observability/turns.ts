import { logger } from './logger.ts';

/**
 * Reports to operations that a worker could not write whose turn it is, and why. It cancels its
 * orders all the same, with more conflicts.
 */
export const reportNoTurn = (error: unknown): void => {
  logger.warn('writes without a turn', { error });
};
