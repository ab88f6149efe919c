/** Plain ASCII tables for a terminal or a README. */

type Cell = string | number;

/**
 * Numbers are aligned to the right. They have a sign when `signed` names their column.
 *
 * @example
 * renderTable(['product', 'stock'], [['Espresso beans', 40]]);
 * // product         stock
 * // --------------  -----
 * // Espresso beans     40
 */
export const renderTable = (
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  { signed = [] }: { readonly signed?: readonly string[] } = {},
): string => {
  const format = (cell: Cell, column: number): string =>
    typeof cell === 'number' && cell > 0 && signed.includes(headers[column] ?? '')
      ? `+${cell}`
      : String(cell);
  const body = rows.map((row) => row.map(format));
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...body.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = headers.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number'),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(headers), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join(
    '\n',
  );
};
