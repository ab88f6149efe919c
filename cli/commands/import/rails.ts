import { ORDER_STATUSES, type OrderStatus } from '../../../lib/domain/order-status.ts';
import { railsShop } from '../../../lib/import/rails/import-rails.ts';
import { timeOf } from '../../../lib/import/rails/values.ts';
import { defineCommand } from '../../command.ts';
import { wrongUsage } from '../../failure.ts';
import { runImport } from '../../import/run-import.ts';
import { withImportOptions } from './options.ts';

export const importRails = defineCommand({
  usage: 'rails <dir>',
  summary: 'Import the tables of the Rails application',
  options: (parser) =>
    withImportOptions(parser)
      .positional('dir', {
        type: 'string',
        demandOption: true,
        describe:
          'The folder with products, orders, order_items and stock_movements, as .csv with a header or as .jsonl',
      })
      .option('map-status', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'What a status of your own is here: refunded=cancelled',
      })
      .option('expires-at', {
        type: 'string',
        requiresArg: true,
        describe: 'When pending orders expire; never, if absent',
      })
      .option('shipped-goods', {
        choices: ['auto', 'counted', 'left'] as const,
        default: 'auto' as const,
        describe: 'Whether stock_quantity still counts shipped goods',
      })
      .example('$0 import rails export', 'what would be done')
      .example('$0 import rails export --apply --report findings.jsonl', ''),
  run: ({ dir, apply, report, mapStatus = [], expiresAt, shippedGoods }, session) => {
    const options = { statuses: statusesFrom(mapStatus), expiresAt: timeFrom(expiresAt) };
    return runImport(railsShop(dir, options), { apply, report, shippedGoods }, session);
  },
});

const statusesFrom = (words: readonly string[]): Record<string, OrderStatus> =>
  Object.fromEntries(
    words.map((word) => {
      const [, name = '', ours = ''] = /^(.+)=([a-z]+)$/.exec(word) ?? [];
      const status = ORDER_STATUSES.find((one) => one === ours);
      if (status !== undefined) return [name, status];
      throw wrongUsage(
        `"${word}" maps no status: write it as yours=ours; ours are ${ORDER_STATUSES.join(', ')}.`,
      );
    }),
  );

const timeFrom = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const at = timeOf(text);
  if (at !== undefined) return at;
  throw wrongUsage(`--expires-at must be a time, like 2026-12-01T00:00:00Z, not "${text}".`);
};
