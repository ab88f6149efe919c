import { Metrics } from '@aws-lambda-powertools/metrics';

/** Metrics are written to the log. Namespace and service name come from the POWERTOOLS_* environment. */
export const metrics = new Metrics();
