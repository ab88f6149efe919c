import { shopFile } from '../../../lib/import/shop-file.ts';
import { defineCommand } from '../../command.ts';
import { runImport } from '../../import/run-import.ts';
import { withImportOptions } from './options.ts';

export const importShopFile = defineCommand({
  usage: 'shop <file>',
  summary: 'Import the products and orders of any shop',
  options: (parser) =>
    withImportOptions(parser)
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'A line of JSON for each product and order: docs/migrating.md',
      })
      .example('$0 import shop shop.jsonl', 'what would be done')
      .example('$0 import shop shop.jsonl --apply', ''),
  run: ({ file, apply, report }, session) =>
    runImport(shopFile(file), { apply, report, shippedGoods: 'left' }, session),
});
