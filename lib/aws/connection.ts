/** A connection that hangs costs seconds of an invocation's few: better to cut it and resend. */
export const CONNECTION = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  throwOnRequestTimeout: true,
} as const;
