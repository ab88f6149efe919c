import type { ShippedGoods } from '../../lib/import/balance-product.ts';
import { importShop, type Source } from '../../lib/import/import-shop.ts';
import { withTables } from '../audit/with-tables.ts';
import type { ExitCode } from '../exit-code.ts';
import { interruption, wrongUsage } from '../failure.ts';
import type { Session } from '../session.ts';
import { importProgress } from './progress.ts';
import { openReportFile } from './report-file.ts';
import { exitCodeOf, importText } from './report-text.ts';

export type RunOptions = {
  readonly apply: boolean;
  /** The file that gets a line for each finding. */
  readonly report: string | undefined;
  readonly shippedGoods: ShippedGoods;
};

/** Imports a shop into the tables, and tells what was found in it. */
export const runImport = async (
  source: Source,
  { apply, report: path, shippedGoods }: RunOptions,
  session: Session,
): Promise<ExitCode> => {
  const { output, ports } = session;
  const file = await openReportFile(path, ports.files);
  const progress = importProgress(output, apply);
  try {
    const report = await withTables(session, apply, async (tables) => {
      const importPorts = { ...tables, onProgress: progress.update };
      const options = { shippedGoods, onFinding: file.add };
      return importShop(source, options, importPorts).catch(usageIfUnreadable);
    });
    // Nothing is written any more after Ctrl-C, also when it has come in the last moment.
    if (ports.interrupted.aborted) throw interruption();
    await file.close();
    progress.stop();
    output.result(report, importText(report, output.width));
    return exitCodeOf(report);
  } finally {
    progress.stop();
  }
};

const usageIfUnreadable = (error: Error): never => {
  throw error.name === 'UnreadableError' ? wrongUsage(`${error.message}.`) : error;
};
