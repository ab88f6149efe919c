import type { Context } from 'aws-lambda';
import { auditShop } from '../lib/audit/audit-shop.ts';
import { withTemporaryFolder } from '../lib/audit/temporary-folder.ts';
import { reportAudit } from '../lib/observability/audit.ts';
import { auditFromEnvironment } from '../lib/shop.ts';
import { timeBudget } from '../lib/time-budget.ts';

const shop = auditFromEnvironment();

/** Findings that an audit may have to log, each on a line. */
const LOGGED = 1_000;

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const remaining = timeBudget(context, LOGGED);
  const report = await withTemporaryFolder((folder) => auditShop({ ...shop, remaining, folder }));
  reportAudit(report, context.awsRequestId, LOGGED);
};
