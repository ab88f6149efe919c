import { repairShop } from '../../lib/audit/repair/repair-shop.ts';
import { repairText } from '../audit/report-text.ts';
import { withTables } from '../audit/with-tables.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';

export const repair = defineCommand({
  usage: 'repair',
  summary: 'Mend what an audit finds; without --apply, say how',
  options: (parser) =>
    parser
      .option('apply', { type: 'boolean', default: false, describe: 'Write it' })
      .example('$0 repair', 'what would be done')
      .example('$0 repair --apply', ''),
  async run({ apply }, session) {
    const { output } = session;
    const report = await withTables(session, apply, repairShop);
    output.result(report, repairText(report, output.width));
    const { findings } = report.after ?? report.before;
    return findings.length > 0 ? EXIT.refused : EXIT.done;
  },
});
