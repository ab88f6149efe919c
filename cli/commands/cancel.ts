import { wholeNumberFrom } from '../arguments.ts';
import { cancelFile } from '../cancel-file/cancel-file.ts';
import type { Outcome } from '../cancel-file/result.ts';
import { defineCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { counted, grouped } from '../text.ts';

/** Longer than a message is tried before it is given up. */
const GIVE_UP_AFTER_S = 900;
/** Nobody waits for each answer, and a busy system may need a while for one. */
const RETRY_FOR_S = 120;
const A_DAY_S = 86_400;

export const cancel = defineCommand({
  usage: 'cancel',
  summary: 'Cancel all orders of a file',
  retryFor: RETRY_FOR_S,
  options: (parser) =>
    parser
      .option('file', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'CSV with the columns orderId, reason and note, or just ids',
      })
      .option('result', {
        type: 'string',
        requiresArg: true,
        describe: 'The file that gets a line for each order: <file>.result.csv',
      })
      .option('reason', { type: 'string', describe: 'Where the file has none' })
      .option('note', { type: 'string', describe: 'Where the file has none' })
      .option('restock', {
        type: 'boolean',
        default: true,
        describe: 'Put the goods back on the shelf; --no-restock if they are lost',
      })
      .option('give-up-after', {
        type: 'string',
        default: String(GIVE_UP_AFTER_S),
        defaultDescription: String(GIVE_UP_AFTER_S),
        describe: 'Seconds without progress until it stops waiting',
      })
      .epilogue(
        'Killed or stopped and started again, the same command goes on. What was done\nis in <result>.journal.',
      )
      .example('$0 cancel --file orders.csv --reason inventory', ''),
  async run({ file, reason, note, restock, giveUpAfter, ...options }, session) {
    const result = options.result ?? `${file.replace(/\.csv$/i, '')}.result.csv`;
    if (result === file) throw wrongUsage('The result must be another file than the orders.');
    const seconds = wholeNumberFrom(giveUpAfter, '--give-up-after', { from: 0, to: A_DAY_S });
    const outcomes = await cancelFile(
      { file, result, defaults: { reason, note, restock }, giveUpAfter: seconds },
      session,
    );
    const count = (wanted: Outcome['outcome']) =>
      outcomes.filter(({ outcome }) => outcome === wanted).length;
    const totals = {
      orders: outcomes.length,
      cancelled: count('cancelled'),
      rejected: count('rejected'),
      pending: count('pending'),
    };
    session.output.result({ ...totals, result }, totalsText(totals, result));
    return exitCodeOf(totals);
  },
});

type Totals = {
  readonly orders: number;
  readonly cancelled: number;
  readonly rejected: number;
  readonly pending: number;
};

const exitCodeOf = ({ pending, rejected }: Totals): ExitCode => {
  if (pending > 0) return EXIT.tryAgain;
  return rejected > 0 ? EXIT.refused : EXIT.done;
};

const totalsText = ({ orders, cancelled, rejected, pending }: Totals, result: string): string =>
  [
    `${grouped(cancelled)} of ${counted(orders, 'order')} cancelled, ${grouped(rejected)} rejected, ${grouped(pending)} pending.`,
    `Each order's outcome is in ${result}`,
    ...(pending > 0
      ? [
          'The same command waits for those that are pending. See also:',
          '  countermand queue status',
          '  countermand queue dead-letters',
        ]
      : []),
  ].join('\n');
