import Table from 'cli-table3';
import { columnsOf, plain, wrapped } from './text.ts';

/**
 * A column of a table. Numbers are aligned to the right; `signed` shows the plus, too. When the table
 * is too wide, columns of text become narrower, and then those of ids.
 */
export type Column = {
  readonly title: string;
  readonly kind: 'text' | 'id' | 'number' | 'signed';
};

type Cell = string | number;

const GAP = 2;
/** The least that is left of a column. */
const NARROWEST = 16;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-left`, `${side}-right`, `${side}-mid`])
    .concat('middle', 'top-mid', 'bottom-mid')
    .map((name) => [name, '']),
);

const shown = (cell: Cell, { kind }: Column): string =>
  kind === 'signed' && Number(cell) > 0 ? `+${cell}` : plain(String(cell));

/** Takes from the widest column of text, then from the widest of ids, until all fit. */
const fitted = (
  natural: readonly number[],
  columns: readonly Column[],
  width: number,
): number[] => {
  const widths = [...natural];
  const excess = () => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1)) - width;
  for (const kind of ['text', 'id']) {
    while (excess() > 0) {
      const wide = widths
        .map((each, index) => ({ each, index }))
        .filter(({ each, index }) => columns[index]?.kind === kind && each > NARROWEST);
      if (wide.length === 0) break;
      const widest = wide.reduce((best, other) => (other.each > best.each ? other : best));
      widths[widest.index] = widest.each - 1;
    }
  }
  return widths;
};

/**
 * A table without lines, as `npm start` shows them. What does not fit is continued in the next line
 * of its cell, so that nothing is cut off.
 *
 * @param width the most columns of the terminal that it may take
 */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string => {
  const body = rows.map((row) => columns.map((column, index) => shown(row[index] ?? '', column)));
  const natural = columns.map(({ title }, index) =>
    body.reduce((most, row) => Math.max(most, columnsOf(row[index] ?? '')), title.length),
  );
  const widths = fitted(natural, columns, width);
  const rendered = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': GAP },
    colWidths: widths.map((each) => each + GAP),
    colAligns: columns.map(({ kind }) => (kind === 'text' || kind === 'id' ? 'left' : 'right')),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  rendered.push(columns.map(({ title }) => title));
  rendered.push(widths.map((each) => '-'.repeat(each)));
  // Text breaks between words where it can; cli-table3 breaks whatever is longer than a line.
  rendered.push(
    ...body.map((row) => row.map((cell, index) => wrapped(cell, widths[index] ?? width))),
  );
  return rendered
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};
