import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { jsonLines, textOf } from '../json-lines.ts';
import { UnreadableError } from '../unreadable-error.ts';

/** A row as text, by column; null where the database has NULL, and for columns that are not there. */
export type TableRow = (column: string) => string | null;

/**
 * Reads an exported table, from `<table>.csv` with a header or from `<table>.jsonl`.
 *
 * @param columns those that the file must have; it may have more
 * @throws UnreadableError when there is no such file, or when it is not what its name says
 */
export async function* readTable(
  folder: string,
  table: string,
  columns: readonly string[],
): AsyncGenerator<TableRow> {
  const csv = join(folder, `${table}.csv`);
  const jsonl = join(folder, `${table}.jsonl`);
  if (await exists(csv)) yield* readCsv(csv, columns);
  else if (await exists(jsonl)) yield* readJson(jsonl);
  else throw new UnreadableError(`There is no ${table}.csv and no ${table}.jsonl in ${folder}`);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function* readCsv(path: string, columns: readonly string[]): AsyncGenerator<TableRow> {
  const text = Readable.from(textOf(path));
  const records = text.pipe(parse({ bom: true, skip_empty_lines: true }));
  text.on('error', (error) => records.destroy(error));
  let places: Map<string, number> | undefined;
  try {
    for await (const record of records as AsyncIterable<string[]>) {
      if (places) {
        const known = places;
        yield (column) => {
          const place = known.get(column);
          // An empty cell is NULL: `\copy` quotes a text without characters.
          return place === undefined ? null : record[place] || null;
        };
      } else places = placesOf(record, columns, path);
    }
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`${path} is no CSV: ${(error as Error).message}`);
  }
  if (!places) throw new UnreadableError(`${path} is empty: it has no header`);
}

const placesOf = (
  header: readonly string[],
  columns: readonly string[],
  path: string,
): Map<string, number> => {
  const missing = columns.filter((column) => !header.includes(column));
  const twice = columns.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (twice.length > 0) {
    throw new UnreadableError(`${path} has the column ${twice.join(', ')} twice: which is meant?`);
  }
  if (missing.length === 0) return new Map(header.map((column, place) => [column, place]));
  throw new UnreadableError(`${path} has no column ${missing.join(', ')}: is its header there?`);
};

async function* readJson(path: string): AsyncGenerator<TableRow> {
  for await (const { line, value } of jsonLines(textOf(path), path)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UnreadableError(`${path} line ${line} is no row`);
    }
    const row = value as Readonly<Record<string, unknown>>;
    yield (column) => {
      const cell = row[column];
      return cell === undefined || cell === null || cell === '' ? null : String(cell);
    };
  }
}
