import { repairShop } from '../../lib/audit/repair/repair-shop.ts';
import { exitCodeOf, repairText } from '../audit/report-text.ts';
import { withTables } from '../audit/with-tables.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { interruption } from '../failure.ts';

export const repair = defineCommand({
  usage: 'repair',
  summary: 'Mend what an audit finds; without --apply, say how',
  options: (parser) =>
    parser
      .option('apply', { type: 'boolean', default: false, describe: 'Write it' })
      .example('$0 repair', 'what would be done')
      .example('$0 repair --apply', ''),
  async run({ apply }, session) {
    const { output, ports } = session;
    const report = await withTables(session, apply, repairShop);
    output.result(report, repairText(report, output.width));
    if (!ports.interrupted.aborted) return exitCodeOf(report.after ?? report.before);
    // What was written until then has been told.
    output.note(interruption().message);
    return EXIT.interrupted;
  },
});
