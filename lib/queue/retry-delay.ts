/** The longest that a message waits, in seconds. */
const CAP_S = 60;

/**
 * Seconds until a message that failed for a passing reason is received again: between half of and
 * the whole of a time that doubles with each receive, so that what failed together does not come
 * back together.
 *
 * @param receives how often it has been received, at least once
 */
export const retryDelay = (receives: number, random: () => number): number =>
  Math.round((0.5 + random() / 2) * Math.min(CAP_S, 2 ** receives));
