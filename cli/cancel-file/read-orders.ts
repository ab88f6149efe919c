import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';
import { cancellation, id } from '../../lib/fields.ts';
import { wrongUsage } from '../failure.ts';
import { counted } from '../text.ts';

/** One order of the file; the reason and the note of its own, if it has some. */
export type OrderToCancel = {
  readonly orderId: string;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
};

const COLUMNS = ['orderId', 'reason', 'note'] as const;

const { reason, note } = cancellation;
const Row = z.object({ orderId: id, reason, note });

/** The most lines that an error names. */
const MAX_ERRORS_TOLD = 5;

/**
 * Reads the orders of a CSV file: with a header, or nothing but ids. Commas, semicolons and tabs
 * separate.
 *
 * @returns each order once, as its first line has it, and how many lines repeat an order
 * @throws Failure that names the lines that are wrong; then nothing is to be sent
 */
export const readOrders = (
  text: string,
): { readonly orders: readonly OrderToCancel[]; readonly repeated: number } => {
  const rows = rowsOf(text);
  const errors: string[] = [];
  const orders = new Map<string, OrderToCancel>();
  for (const { line, fields } of rows) {
    const { success, data, error } = Row.safeParse(fields);
    if (success) {
      if (!orders.has(data.orderId)) orders.set(data.orderId, data);
    } else {
      const [issue] = error.issues;
      errors.push(`line ${line}: ${issue?.path.join('.')}: ${issue?.message}`);
    }
  }
  if (errors.length > 0) {
    const told = errors.slice(0, MAX_ERRORS_TOLD).join('; ');
    const more = errors.length > MAX_ERRORS_TOLD ? '; …' : '';
    throw wrongUsage(
      `Nothing was sent, because ${counted(errors.length, 'line')} cannot be read: ${told}${more}.`,
    );
  }
  if (orders.size === 0) throw wrongUsage('There are no orders in the file.');
  return { orders: [...orders.values()], repeated: rows.length - orders.size };
};

type Row = { readonly line: number; readonly fields: Readonly<Record<string, string>> };

const rowsOf = (text: string): Row[] => {
  const records = recordsOf(text);
  const [first] = records;
  if (!first) return [];
  const header = first.record.map((name) => name.trim());
  if (!header.some((name) => name.toLowerCase() === 'orderid')) {
    const wide = records.find(({ record }) => record.length > 1);
    if (!wide)
      return records.map(({ line, record }) => ({ line, fields: { orderId: record[0] ?? '' } }));
    throw wrongUsage(
      `Line ${wide.line} has ${wide.record.length} columns, and line 1 does not name them: they are ${COLUMNS.join(', ')}.`,
    );
  }
  const names = header.map(columnNamed);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrongUsage(`Two columns have the name ${twice}.`);
  return records.slice(1).map(({ line, record }) => {
    if (record.length <= names.length) {
      return { line, fields: Object.fromEntries(record.map((value, at) => [names[at], value])) };
    }
    throw wrongUsage(
      `Line ${line} has ${record.length} columns, and line 1 names ${names.length}.`,
    );
  });
};

/** @throws Failure, because a column that is left out might have been a reason, spelt wrong */
const columnNamed = (name: string): string => {
  const known = COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase());
  if (known) return known;
  throw wrongUsage(`There is no column "${name}": the columns are ${COLUMNS.join(', ')}.`);
};

type Records = readonly { readonly line: number; readonly record: readonly string[] }[];

const recordsOf = (text: string): Records => {
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly { info: { lines: number }; record: string[] }[];
    return parsed.map(({ info, record }) => ({ line: info.lines, record }));
  } catch (error) {
    throw wrongUsage(`The file is no CSV: ${(error as Error).message}.`);
  }
};

/** What the first line separates with: an id contains none of them. */
const delimiterOf = (text: string): string => {
  const [line = ''] = text.split('\n', 1);
  return ['\t', ';'].find((character) => line.includes(character)) ?? ',';
};
