import { auditShop } from '../../lib/audit/audit-shop.ts';
import { auditText, exitCodeOf } from '../audit/report-text.ts';
import { withTables } from '../audit/with-tables.ts';
import { defineCommand } from '../command.ts';
import { interruption } from '../failure.ts';

export const audit = defineCommand({
  usage: 'audit',
  summary: 'Check that all laws hold over all data',
  options: (parser) => parser.example('$0 audit --stage prod --region eu-central-1', ''),
  async run(_options, session) {
    const { output, ports } = session;
    const report = await withTables(session, false, auditShop);
    if (ports.interrupted.aborted) throw interruption();
    output.result(report, auditText(report, output.width));
    return exitCodeOf(report);
  },
});
