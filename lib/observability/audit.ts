import type { AuditReport } from '../audit/report.ts';
import { logger } from './logger.ts';
import { publishCounts } from './metrics.ts';

/**
 * Reports an audit to operations: a log line for each finding, one for the whole, and metrics in the
 * log (embedded metric format).
 *
 * - `AuditFindings`: 0 if all laws hold.
 * - `AuditUnproven`: what was too busy to be looked at.
 * - `AuditIncomplete`: 1 if the shop is too large for the time.
 *
 * @param correlationId the id of the audit's invocation
 * @param most findings that are logged
 */
export const reportAudit = (report: AuditReport, correlationId: string, most: number): void => {
  const { findings, more, unproven, isComplete, ...rest } = report;
  for (const finding of findings.slice(0, most)) {
    logger.error('law broken', { ...finding, correlationId });
  }
  const counts = { findings: findings.length + more, unproven: unproven.length };
  logger.info('audit', { ...rest, ...counts, isComplete, correlationId });
  publishCounts({
    AuditFindings: counts.findings,
    AuditUnproven: counts.unproven,
    AuditIncomplete: isComplete ? 0 : 1,
  });
};
