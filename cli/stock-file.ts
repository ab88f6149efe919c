import { parse } from 'csv-parse/sync';
import { wrongUsage } from './failure.ts';

/** One line of the file, as the API takes it. The API checks it. */
export type StockEntryOfFile = {
  readonly productId: string;
  readonly quantity?: number;
  readonly stockQuantity?: number;
  readonly referenceId?: string;
  readonly reason?: string;
};

const TEXTS = ['productId', 'referenceId', 'reason'];
const NUMBERS = ['quantity', 'stockQuantity'];

/**
 * Reads adjustments and counts from a CSV file with a header. An empty cell counts as absent.
 *
 * @throws Failure that names the line that is wrong; then nothing is to be sent
 */
export const readStockEntries = (text: string): StockEntryOfFile[] => {
  const rows = rowsOf(text);
  if (rows.length === 0) throw wrongUsage('There are no products in the file.');
  return rows.map(({ info, record }) => entryOf(record, info.lines));
};

type Row = {
  readonly info: { readonly lines: number };
  readonly record: Readonly<Record<string, string>>;
};

const rowsOf = (text: string): readonly Row[] => {
  try {
    return parse(text, {
      bom: true,
      columns: (header: readonly string[]) => header.map(checkedName),
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly Row[];
  } catch (error) {
    throw wrongUsage(`The file cannot be read: ${(error as Error).message}.`);
  }
};

/** A column that is left out might have been a number, spelt wrong. */
const checkedName = (name: string): string => {
  if ([...TEXTS, ...NUMBERS].includes(name)) return name;
  throw new Error(`its first line has "${name}", and not ${[...TEXTS, ...NUMBERS].join(', ')}`);
};

const entryOf = (record: Row['record'], line: number): StockEntryOfFile => {
  const { productId = '' } = record;
  const wrong = (what: string) => wrongUsage(`Nothing was sent: line ${line} has ${what}.`);
  if (productId === '') throw wrong('no productId');
  const given = Object.entries(record).filter(([, value]) => value !== '');
  const numbers = given.filter(([name]) => NUMBERS.includes(name));
  if (numbers.length !== 1) throw wrong('not exactly one of quantity and stockQuantity');
  if (numbers.some(([, value]) => !/^[+-]?\d{1,10}$/.test(value))) {
    throw wrong('a number that is none');
  }
  return {
    productId,
    ...Object.fromEntries(given.filter(([name]) => TEXTS.includes(name))),
    ...Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
  };
};
