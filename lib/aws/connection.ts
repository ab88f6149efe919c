/**
 * A hanging connection would use up the few seconds of an invocation. The SDK ends it and resends.
 *
 * The SDK counts the time that a request waits for a socket as time to connect. So no request waits
 * for one: each gets a socket of its own. How many there are at once is limited by what one
 * invocation sends, and on a developer's machine by how many requests come in.
 */
export const CONNECTION = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: Number.POSITIVE_INFINITY },
  httpsAgent: { maxSockets: Number.POSITIVE_INFINITY },
} as const;
