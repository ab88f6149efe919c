import { Logger } from '@aws-lambda-powertools/logger';

/** One JSON object per line. Level and service name come from the POWERTOOLS_* environment. */
export const logger = new Logger();
