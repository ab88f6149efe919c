/** Tables for a terminal that are also Markdown. */

/**
 * The first column is aligned to the left, all others to the right.
 *
 * @example
 * toTable(['product', 'stock'], [['mug', '4']]);
 * // | product | stock |
 * // |---------|------:|
 * // | mug     |     4 |
 */
export const toTable = (
  headers: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const widths = headers.map((header, column) =>
    Math.max(3, header.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(' | ')} |`;
  const rule = widths
    .map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`))
    .join('|');
  return [line(headers), `|${rule}|`, ...rows.map(line)].join('\n');
};

/** A number as in `1,234`, with the given number of decimals. */
export const number = (value: number, decimals = 0): string =>
  value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
