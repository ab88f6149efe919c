import type { Context } from 'aws-lambda';
import { reportSweep } from '../lib/observability/sweep.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { timeBudget } from '../lib/time-budget.ts';
import { sweepOrders } from '../lib/use-cases/sweep-orders.ts';

const shop = shopFromEnvironment();

/** Orders that a sweep may have to tell of, as many as it looks after at once. */
const TOLD = 1_000;

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const swept = await sweepOrders({ ...shop, remaining: timeBudget(context, TOLD) });
  reportSweep(swept, context.awsRequestId);
};
