/**
 * A hanging connection would use up the few seconds of an invocation. The SDK ends it and resends.
 */
export const CONNECTION = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  throwOnRequestTimeout: true,
} as const;
