/** The longest that a message waits, in seconds. */
const CAP_S = 60;

/**
 * Seconds until SQS delivers a message again that failed for a transient reason. It is a random
 * time between the half and the whole of a limit that doubles with each receive. So messages that
 * failed together do not come back together.
 *
 * @param receives how many times the message was received, at least 1
 */
export const retryDelay = (receives: number, random: () => number): number =>
  Math.round((0.5 + random() / 2) * Math.min(CAP_S, 2 ** receives));
