/** The settings of the simulated functions. Import it before them. */
import '../support/unit-environment.ts';

/** Pending orders expire while a simulation lasts. */
export const EXPIRY_MINUTES = 2;

Object.assign(process.env, {
  PENDING_ORDER_TTL_MINUTES: String(EXPIRY_MINUTES),
  EXPIRY_GRACE_MINUTES: '0',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
});
