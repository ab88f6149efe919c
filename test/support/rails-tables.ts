/** The Rails tables of a test, written by hand. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Cell = string | number | null;
export type RailsTables = {
  readonly products?: readonly (readonly Cell[])[];
  readonly orders?: readonly (readonly Cell[])[];
  readonly items?: readonly (readonly Cell[])[];
  readonly movements?: readonly (readonly Cell[])[];
};

const HEADERS = {
  products: ['id', 'name', 'stock_quantity', 'reserved_quantity', 'created_at'],
  orders: ['id', 'status', 'cancelled_at', 'created_at', 'updated_at'],
  items: ['order_id', 'product_id', 'quantity'],
  movements: [
    ...['id', 'product_id', 'order_id', 'movement_type', 'quantity'],
    ...['reference_id', 'created_at'],
  ],
} as const;
const FILES = {
  products: 'products',
  orders: 'orders',
  items: 'order_items',
  movements: 'stock_movements',
} as const;

export const PLACED = '2024-01-02 03:04:05.123456';
export const PLACED_AT = '2024-01-02T03:04:05.123Z';

const cellOf = (cell: Cell): string =>
  cell === null ? '' : /[",\n]/.test(String(cell)) ? JSON.stringify(cell) : String(cell);

/** Works with a folder that has these tables, as CSV or as JSONL. */
export const withRailsTables = async <Result>(
  tables: RailsTables,
  work: (folder: string) => Promise<Result>,
  format: 'csv' | 'jsonl' = 'csv',
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-rails-'));
  try {
    for (const table of ['products', 'orders', 'items', 'movements'] as const) {
      const columns = HEADERS[table];
      const rows = tables[table] ?? [];
      const lines =
        format === 'csv'
          ? [columns.join(','), ...rows.map((row) => row.map(cellOf).join(','))]
          : rows.map((row) =>
              JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, row[at]]))),
            );
      await writeFile(join(folder, `${FILES[table]}.${format}`), `${lines.join('\n')}\n`);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** 10 on hand, of which order 1 holds 3; order 2 has shipped 2, and order 3 gave 4 back. */
export const SMALL_SHOP: RailsTables = {
  products: [[7, 'Green tea', 10, 5, PLACED]],
  orders: [
    [1, 'pending', null, PLACED, PLACED],
    [2, 'delivered', null, PLACED, PLACED],
    [3, 'cancelled', PLACED, PLACED, PLACED],
  ],
  items: [
    [1, 7, 3],
    [2, 7, 2],
    [3, 7, 4],
  ],
  movements: [
    [1, 7, 1, 'reservation', -3, 'order_1', PLACED],
    [2, 7, 2, 'reservation', -2, 'order_2', PLACED],
    [3, 7, 3, 'reservation', -4, 'order_3', PLACED],
    [4, 7, 3, 'restoration', 4, null, PLACED],
  ],
};

/** Order 3 gave its units back twice. */
export const RESTORED_TWICE: RailsTables = {
  ...SMALL_SHOP,
  movements: [...(SMALL_SHOP.movements ?? []), [5, 7, 3, 'restoration', 4, null, PLACED]],
};
