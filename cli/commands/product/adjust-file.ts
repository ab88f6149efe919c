import { inParts } from '../../../lib/batches.ts';
import { adjustProducts as operation } from '../../../lib/http/operations/adjust-products.ts';
import { idFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { withName, wrongUsage } from '../../failure.ts';
import type { StockEntryOutcome } from '../../resources.ts';
import { readStockEntries } from '../../stock-file.ts';
import { table } from '../../table.ts';
import { counted, grouped } from '../../text.ts';

/** The most entries of one call. */
const PART = 100;

export const adjustFile = defineCommand({
  usage: 'adjust-file <file>',
  summary: 'Adjust or count all products of a file',
  options: (parser) =>
    parser
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe:
          'CSV with the columns productId, quantity or stockQuantity, referenceId and reason',
      })
      .option('key', {
        type: 'string',
        describe: 'Makes a repeat of the same file take effect once; a new one if there is none',
      })
      .example('$0 product adjust-file stocktaking.csv --key monday', ''),
  async run({ file, key }, { api, output, ports }) {
    const text = await ports.files.read(file);
    if (text === undefined) throw wrongUsage(`There is no file ${file}.`);
    const entries = readStockEntries(text);
    const name = key === undefined ? ports.runtime.newId() : idFrom(key);
    const results: StockEntryOutcome[] = [];
    for (const [index, adjustments] of inParts(entries, PART).entries()) {
      const { body } = await withName(`--key ${name}`, () =>
        api.call<{ results: StockEntryOutcome[] }>(operation, {
          body: { adjustments },
          idempotencyKey: `${name}.${index}`,
        }),
      );
      results.push(...body.results);
    }
    output.result({ key: name, results }, resultText(results, name, output.width));
    return exitCodeOf(results);
  },
});

const isLeft = (result: StockEntryOutcome): boolean =>
  'code' in result && result.code === 'try_again';

const exitCodeOf = (results: readonly StockEntryOutcome[]): ExitCode => {
  if (results.some(isLeft)) return EXIT.tryAgain;
  return results.some((result) => 'code' in result) ? EXIT.refused : EXIT.done;
};

/** Tells only of the entries that were not made. */
const resultText = (results: readonly StockEntryOutcome[], key: string, width: number): string => {
  const refused = results.flatMap((result) => ('code' in result ? [result] : []));
  const done = grouped(results.length - refused.length);
  const rows = refused.map(({ productId, referenceId, code }) => [productId, referenceId, code]);
  return [
    `${done} of ${counted(results.length, 'adjustment')} made. Key: ${key}`,
    ...(refused.length > 0
      ? [
          table(
            [
              { title: 'product', kind: 'id' },
              { title: 'reference', kind: 'id' },
              { title: 'not made because', kind: 'text' },
            ],
            rows,
            width,
          ),
        ]
      : []),
    ...(results.some(isLeft)
      ? [`Not all was done in time: repeat it with --key ${key}, so that each takes effect once.`]
      : []),
  ].join('\n\n');
};
