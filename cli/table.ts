import Table from 'cli-table3';
import { columnsOf, plain } from './text.ts';

/**
 * A column of a table. Numbers are aligned to the right; `signed` shows the plus, too. Only columns
 * of text become narrower when the table is too wide.
 */
export type Column = { readonly title: string; readonly kind?: 'text' | 'number' | 'signed' };

type Cell = string | number;

const GAP = 2;
/** The least that is left of a column of text. */
const NARROWEST = 8;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-left`, `${side}-right`, `${side}-mid`])
    .concat('middle', 'top-mid', 'bottom-mid')
    .map((name) => [name, '']),
);

const shown = (cell: Cell, { kind }: Column): string =>
  kind === 'signed' && Number(cell) > 0 ? `+${cell}` : plain(String(cell));

/** Takes from the widest column of text until all fit. */
const fitted = (
  natural: readonly number[],
  columns: readonly Column[],
  width: number,
): number[] => {
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
  const isText = (index: number) => (columns[index]?.kind ?? 'text') === 'text';
  while (total() > width) {
    const widest = widths.reduce(
      (best, each, index) => (isText(index) && each > (widths[best] ?? -1) ? index : best),
      -1,
    );
    if (widest < 0 || (widths[widest] ?? 0) <= NARROWEST) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
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
    colAligns: columns.map(({ kind = 'text' }) => (kind === 'text' ? 'left' : 'right')),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  rendered.push(columns.map(({ title }) => title));
  rendered.push(widths.map((each) => '-'.repeat(each)));
  rendered.push(...body);
  return rendered
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};
