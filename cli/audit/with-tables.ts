import type { RepairPorts } from '../../lib/audit/repair/ports.ts';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import { notReachable } from '../aws/not-reachable.ts';
import { Failure, interruption, notAllowed, wrongUsage } from '../failure.ts';
import type { Session } from '../session.ts';
import { auditProgress } from './progress.ts';

/** Milliseconds without a first answer after which the tables count as not reachable. */
const UNANSWERED_FOR_MS = 10_000;

/** An audit takes as long as the shop is large: only Ctrl-C ends it. */
const NO_LIMIT_MS = 60_000;

/**
 * Works on the tables of the shop, and tells on standard error how far it is. Ctrl-C ends it between
 * two requests.
 */
export const withTables = <Result>(
  session: Session,
  isApplied: boolean,
  work: (ports: RepairPorts) => Promise<Result>,
): Promise<Result> =>
  withTemporaryFolder(async (folder) => {
    const { place, ports } = session;
    const { runtime, interrupted } = ports;
    const tables = await ports.openTables(place, ports);
    const progress = auditProgress(session.output);
    const answerBy = runtime.now().getTime() + UNANSWERED_FOR_MS;
    const untilAnswered = (): number =>
      interrupted.aborted ? 0 : Math.max(0, answerBy - runtime.now().getTime());
    try {
      // Any id: what counts is that the table answers.
      await tables.store.getProductRow('audit', untilAnswered);
      return await work({
        store: tables.store,
        shop: tables.shop,
        runtime,
        remaining: () => (interrupted.aborted ? 0 : NO_LIMIT_MS),
        folder,
        isApplied,
        onProgress: progress.update,
      });
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
