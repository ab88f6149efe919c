import { Logger } from '@aws-lambda-powertools/logger';

/**
 * What the log has of an error. Powertools would log every attribute, and errors of the SDK have the
 * rows that a condition found, with notes in them. Of those, only the codes of the reasons are kept.
 */
const withoutRows = (error: Error & { readonly CancellationReasons?: readonly Reason[] }) => {
  const { name, message, stack, cause, CancellationReasons: reasons } = error;
  return {
    name,
    message,
    stack,
    ...(cause !== undefined && { cause }),
    ...(reasons && { reasons: reasons.map(({ Code = 'None' }) => Code) }),
  };
};

type Reason = { readonly Code?: string };

/** One JSON object per line. Level and service name come from the POWERTOOLS_* environment. */
export const logger = new Logger({
  jsonReplacerFn: (_, value) => (value instanceof Error ? withoutRows(value) : value),
});
