import type { Context } from 'aws-lambda';
import { reportSweep } from '../lib/observability/sweep.ts';
import { wholeNumberFrom } from '../lib/settings.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { timeBudget } from '../lib/time-budget.ts';
import { type SweptOrder, sweepOrders } from '../lib/use-cases/sweep-orders.ts';

const shop = shopFromEnvironment();
const expiryGraceSeconds = wholeNumberFrom(process.env, 'EXPIRY_GRACE_MINUTES') * 60;

/** Orders that a sweep may have to report at its end: the most that one page of due orders has. */
const REPORTED = 2_000;

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const remaining = timeBudget(context, REPORTED);
  const report = (page: readonly SweptOrder[]) => reportSweep(page, context.awsRequestId);
  const swept = await sweepOrders(
    { ...shop, remaining, by: { actor: 'sweep' }, expiryGraceSeconds },
    report,
  );
  // A sweep without work is counted, too.
  if (swept.length === 0) report([]);
};
