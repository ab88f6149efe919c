import type { RepairPorts } from '../../lib/audit/repair/ports.ts';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import { TimeIsUpError } from '../../lib/time-budget.ts';
import { notReachable } from '../aws/not-reachable.ts';
import { Failure, interruption, notAllowed, wrongUsage } from '../failure.ts';
import type { Session } from '../session.ts';
import { createPatience } from './patience.ts';
import { auditProgress } from './progress.ts';

/**
 * Works on the tables of the shop, and tells on standard error how far it is. Ctrl-C ends it between
 * two requests, and so does a DynamoDB that no longer answers.
 */
export const withTables = <Result>(
  session: Session,
  isApplied: boolean,
  work: (ports: RepairPorts) => Promise<Result>,
): Promise<Result> =>
  withTemporaryFolder(async (folder) => {
    const { place, ports } = session;
    const { runtime, interrupted } = ports;
    const patience = createPatience(runtime);
    const tables = await ports.openTables(place, ports, patience);
    const progress = auditProgress(session.output);
    const remaining = (): number => (interrupted.aborted ? 0 : patience.remaining());
    try {
      // Any id: what counts is that the table answers.
      await tables.store.getProductRow('audit', remaining);
      const result = await work({
        store: tables.store,
        shop: tables.shop,
        runtime,
        remaining,
        folder,
        isApplied,
        onProgress: progress.update,
      });
      if (patience.remaining() === 0) throw new TimeIsUpError('DynamoDB no longer answers');
      return result;
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw interrupted.aborted ? interruption() : failureOf(error as Error, session);
    } finally {
      progress.stop();
      tables.close();
    }
  });

const failureOf = (error: Error, { place }: Session): Failure => {
  const where = place.dynamodbEndpoint ?? `${place.region}`;
  if (error.name === 'ResourceNotFoundException') {
    return wrongUsage(`Stage ${place.stage} has no tables at ${where}: is it deployed there?`);
  }
  if (
    /AccessDenied|InvalidClientToken|UnrecognizedClient|ExpiredToken|Signature/.test(error.name)
  ) {
    return notAllowed(`DynamoDB does not let you in: ${error.message}`);
  }
  const isUnanswered = 'code' in error || /TimeIsUp|Timeout|Network/.test(error.name);
  if (!isUnanswered) throw error;
  return notReachable('DynamoDB', where, error, place);
};
