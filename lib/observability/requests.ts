import { logger } from './logger.ts';
import { publishCounts } from './metrics.ts';
import type { Caller } from './writes.ts';

/** A call, with the ids in its path. */
export type Call = Caller & { readonly operation: string } & Readonly<Record<string, unknown>>;

/** Reports to operations that a call was answered with 503, and why if it was an error. */
export const reportUnfinishedRequest = (call: Call, error?: unknown): void => {
  if (error === undefined) logger.warn('call was not finished in time', call);
  else logger.warn('database or queue did not answer in time', { ...call, error });
  publishCounts({ RequestsUnfinished: 1 });
};

/** Reports to operations that a call was answered with 500. */
export const reportFailedRequest = (call: Call, error: unknown): void => {
  logger.error('unexpected error', { ...call, error });
  publishCounts({ RequestsFailed: 1 });
};
