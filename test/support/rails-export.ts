/**
 * Exports of a Rails database with a fault of each kind at known places:
 *
 * npm run rails-export -- --orders 100000 --to DIR
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../lib/seeded-random.ts';

/** What an import has to find: exactly these, as `wordsOf` writes them. */
export type Planted = {
  readonly kind: string;
  readonly orderId?: string | undefined;
  readonly productId?: string | undefined;
  readonly quantity?: number | undefined;
};

export const wordsOf = ({ kind, orderId = '-', productId = '-', quantity = 0 }: Planted): string =>
  `${kind} order ${orderId} product ${productId} ${quantity}`;

type Options = {
  readonly folder: string;
  readonly orders: number;
  readonly seed?: number;
  /** Is told of each fault. */
  readonly onPlanted?: (fault: Planted) => void;
};

const HEADERS = {
  products: 'id,name,stock_quantity,reserved_quantity,created_at,updated_at',
  orders: 'id,status,cancelled_at,created_at,updated_at',
  order_items: 'id,order_id,product_id,quantity,created_at,updated_at',
  stock_movements:
    'id,product_id,order_id,movement_type,quantity,reference_id,created_at,updated_at',
} as const;
type Table = keyof typeof HEADERS;

const START = Date.parse('2024-01-02T03:04:05.123Z');
/** A bigint that JavaScript cannot count with. */
const FIRST_ORDER = 9_007_199_254_000_000n;
/** More than one transaction can take. */
const LARGE_ORDER_LINES = 120;
const ENOUGH = 10_000_000;

/** As `\copy … csv header` writes them: microseconds, and no zone. */
const timeAt = (minutes: number): string =>
  new Date(START + minutes * 60_000).toISOString().replace('T', ' ').replace('Z', '456');

type OpenTable = { readonly stream: WriteStream; rows: number; waiting: string };

const openTables = async (folder: string) => {
  await mkdir(folder, { recursive: true });
  const tables = new Map(
    (Object.keys(HEADERS) as Table[]).map((table): [Table, OpenTable] => {
      const stream = createWriteStream(join(folder, `${table}.csv`));
      stream.write(`${HEADERS[table]}\n`);
      return [table, { stream, rows: 0, waiting: '' }];
    }),
  );
  const settle = async (least = 2 ** 18): Promise<void> => {
    for (const one of tables.values()) {
      if (one.waiting.length < least) continue;
      const text = one.waiting;
      one.waiting = '';
      if (!one.stream.write(text)) await once(one.stream, 'drain');
    }
  };
  return {
    settle,
    add: (table: Table, cells: readonly (string | number | bigint | null)[]): void => {
      const one = tables.get(table);
      if (!one) return;
      one.rows += 1;
      const row = cells.map((cell) => (cell === null ? '' : quoted(String(cell))));
      one.waiting += `${row.join(',')}\n`;
    },
    next: (table: Table): number => (tables.get(table)?.rows ?? 0) + 1,
    close: async (): Promise<void> => {
      await settle(1);
      for (const { stream } of tables.values()) {
        await new Promise<void>((resolve) => stream.end(resolve));
      }
    },
  };
};

const quoted = (cell: string): string =>
  /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;

type Line = { readonly product: number; readonly units: number };

/** The database as Rails has it: its methods do what those of the Rails code do. */
const openRails = async ({ folder, orders, seed = 1, onPlanted = () => {} }: Options) => {
  const tables = await openTables(folder);
  const random = seededRandom(seed);
  const count = Math.max(200, Math.floor(orders / 50));
  const stock = new Array<number>(count).fill(ENOUGH);
  const reserved = new Array<number>(count).fill(0);
  const names = new Map<number, string>();
  const moves = (
    order: string | null,
    product: number | string,
    type: string,
    quantity: number | string | null,
    reference: string | null,
    at: number,
  ): void => {
    const id = typeof product === 'string' ? product : product + 1;
    const time = timeAt(at);
    const row = tables.next('stock_movements');
    tables.add('stock_movements', [row, id, order, type, quantity, reference, time, time]);
  };
  return {
    tables,
    random,
    count,
    stock,
    reserved,
    names,
    moves,
    plant: onPlanted,
    order: (id: string, status: string, at: number, cancelledAt: string | null = null): void => {
      tables.add('orders', [id, status, cancelledAt, timeAt(at), timeAt(at + 5)]);
    },
    item: (order: string, { product, units }: Line, at: number): void => {
      const row = tables.next('order_items');
      tables.add('order_items', [row, order, product + 1, units, timeAt(at), timeAt(at)]);
    },
    reserve: (order: string | null, { product, units }: Line, at: number): void => {
      reserved[product] = (reserved[product] ?? 0) + units;
      moves(order, product, 'reservation', -units, order && `order_${order}`, at);
    },
    restore: (order: string, { product, units }: Line, at: number): void => {
      reserved[product] = Math.max(0, (reserved[product] ?? 0) - units);
      moves(order, product, 'restoration', units, random() < 0.2 ? null : `cancel_${order}`, at);
    },
  };
};
type Rails = Awaited<ReturnType<typeof openRails>>;

const STATUSES = [
  ...['pending', 'confirmed', 'confirmed', 'shipped', 'delivered', 'delivered', 'delivered'],
  ...['cancelled', 'cancelled', 'delivered'],
] as const;

/** An order as it ought to be. A product may have two lines. */
const honestOrder = (rails: Rails, id: string, at: number): void => {
  const { random, count } = rails;
  const status = STATUSES[Math.floor(random() * STATUSES.length)] ?? 'pending';
  const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    // A few products sell more than the others.
    product: RESERVED_PRODUCTS + Math.floor(random() ** 2 * (count - RESERVED_PRODUCTS)),
    units: 1 + Math.floor(random() * 4),
  }));
  const [first] = lines;
  if (first && random() < 0.1) lines.push({ ...first, units: 1 });
  rails.order(id, status, at, status === 'cancelled' ? timeAt(at + 3) : null);
  for (const line of lines) {
    rails.item(id, line, at);
    rails.reserve(id, line, at);
    if (status === 'cancelled') rails.restore(id, line, at + 3);
  }
  if (random() < 0.05 && first) {
    const units = 1 + Math.floor(random() * 50);
    rails.stock[first.product] = (rails.stock[first.product] ?? 0) + units;
    const reference = random() < 0.5 ? null : `po-${id}`;
    rails.moves(null, first.product, 'adjustment', units, reference, at);
  }
};

/** Products of which the faults that are about a product need one each. */
const RESERVED_PRODUCTS = 40;

type Plant = (rails: Rails, id: string, at: number, place: number) => void;

/** A fault about one line of an order of this status, and what goes on with it. */
const onLine =
  (
    kind: string,
    status: string,
    quantity: number,
    happens: (rails: Rails, id: string, line: Line, at: number) => void,
  ): Plant =>
  (rails, id, at) => {
    const line = { product: rails.count - 1 - Math.floor(rails.random() * 100), units: 3 };
    rails.order(id, status, at, status === 'cancelled' ? timeAt(at + 3) : null);
    happens(rails, id, line, at);
    rails.plant({ kind, orderId: id, productId: String(line.product + 1), quantity });
  };

const places = (rails: Rails, id: string, line: Line, at: number): void => {
  rails.item(id, line, at);
  rails.reserve(id, line, at);
};

/** Every fault that an import can find, but for orders of more than 2,000 lines. */
const FAULTS: readonly Plant[] = [
  onLine('restored_twice', 'cancelled', 3, (rails, id, line, at) => {
    places(rails, id, line, at);
    rails.restore(id, line, at + 3);
    rails.restore(id, line, at + 4);
  }),
  onLine('restored_too_much', 'cancelled', 2, (rails, id, line, at) => {
    places(rails, id, line, at);
    rails.restore(id, { ...line, units: 5 }, at + 3);
  }),
  onLine('not_restored', 'cancelled', 3, places),
  onLine('not_restored', 'cancelled', 1, (rails, id, line, at) => {
    places(rails, id, line, at);
    rails.restore(id, { ...line, units: 2 }, at + 3);
  }),
  onLine('restored_while_open', 'confirmed', 1, (rails, id, line, at) => {
    places(rails, id, line, at);
    rails.restore(id, { ...line, units: 1 }, at + 3);
  }),
  onLine('restored_after_shipping', 'shipped', 3, (rails, id, line, at) => {
    places(rails, id, line, at);
    rails.restore(id, line, at + 3);
  }),
  onLine('ordered_not_reserved', 'pending', 2, (rails, id, line, at) => {
    rails.item(id, line, at);
    rails.reserve(id, { ...line, units: 1 }, at);
  }),
  onLine('reserved_not_ordered', 'pending', 1, (rails, id, line, at) => {
    rails.item(id, line, at);
    rails.reserve(id, { ...line, units: 4 }, at);
  }),
  onLine('shipped_not_reserved', 'delivered', 3, (rails, id, line, at) => {
    rails.item(id, line, at);
  }),
  (rails, id, at, place) => {
    const line = { product: place % RESERVED_PRODUCTS, units: 5 };
    rails.stock[line.product] = 3;
    rails.order(id, 'confirmed', at);
    places(rails, id, line, at);
    const productId = String(line.product + 1);
    rails.plant({ kind: 'reserved_without_stock', orderId: id, productId, quantity: 2 });
  },
  (rails, id, at, place) => {
    honestOrder(rails, id, at);
    const product = place % RESERVED_PRODUCTS;
    rails.reserved[product] = 7;
    rails.plant({ kind: 'counter_differs', productId: String(product + 1), quantity: 7 });
  },
  (rails, id, at, place) => {
    honestOrder(rails, id, at);
    const product = place % RESERVED_PRODUCTS;
    rails.stock[product] = -4;
    rails.plant({ kind: 'stock_below_zero', productId: String(product + 1), quantity: 4 });
  },
  (rails, id, at, place) => {
    honestOrder(rails, id, at);
    const product = place % RESERVED_PRODUCTS;
    rails.names.set(product, 'Bell\u0007 and "whistle"');
    rails.plant({ kind: 'text_changed', productId: String(product + 1) });
  },
  (rails, id, at) => {
    rails.order(id, 'refunded', at);
    places(rails, id, { product: rails.count - 1, units: 1 }, at);
    rails.plant({ kind: 'unknown_status', orderId: id });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.moves(id, rails.count - 1, 'recount', 4, null, at);
    const productId = String(rails.count);
    rails.plant({ kind: 'unknown_movement_type', orderId: id, productId });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    const orderId = `${id}9`;
    rails.reserve(orderId, { product: rails.count - 1, units: 2 }, at);
    const productId = String(rails.count);
    rails.plant({ kind: 'unknown_order', orderId, productId, quantity: 2 });
  },
  (rails, id, at) => {
    const productId = `9${rails.count}`;
    rails.order(id, 'cancelled', at, timeAt(at + 3));
    rails.moves(id, productId, 'reservation', -2, `order_${id}`, at);
    rails.moves(id, productId, 'restoration', 2, null, at + 3);
    rails.plant({ kind: 'unknown_product', orderId: id, productId, quantity: 2 });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.reserve(null, { product: rails.count - 1, units: 1 }, at);
    rails.plant({ kind: 'no_order', productId: String(rails.count) });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.moves(id, rails.count - 1, 'reservation', 0, `order_${id}`, at);
    rails.plant({ kind: 'no_quantity', orderId: id, productId: String(rails.count) });
  },
  (rails, id, at) => {
    const line = { product: rails.count - 1, units: 2 };
    rails.order(id, 'confirmed', at);
    rails.item(id, line, at);
    rails.reserved[line.product] = (rails.reserved[line.product] ?? 0) + line.units;
    rails.moves(id, line.product, 'reservation', line.units, `order_${id}`, at);
    rails.plant({ kind: 'wrong_sign', orderId: id, productId: String(rails.count) });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.moves(null, rails.count - 1, 'adjustment', 9, `order_${id}_by_hand`, at);
    rails.plant({ kind: 'reference_renamed', productId: String(rails.count) });
  },
  (rails, id, at) => {
    rails.tables.add('orders', [id, 'cancelled', null, 'yesterday', timeAt(at)]);
    rails.plant({ kind: 'no_time' });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.order(`${id}/a`, 'cancelled', at);
    rails.plant({ kind: 'bad_id' });
  },
  (rails, id, at) => {
    honestOrder(rails, id, at);
    rails.order(id, 'cancelled', at);
    rails.plant({ kind: 'repeated_row', orderId: id });
  },
];

/** How often each fault is planted, in an export of any size. */
const EACH_FAULT = 3;

/** Writes the four tables into a folder. */
export const exportRails = async (options: Options): Promise<void> => {
  const rails = await openRails(options);
  const { orders } = options;
  const faults = FAULTS.length * EACH_FAULT;
  const gap = Math.max(1, Math.floor(orders / faults));
  const large = Math.floor(gap / 2) + gap;
  for (let index = 0; index < orders; index += 1) {
    const id = String(FIRST_ORDER + BigInt(index));
    const place = index / gap;
    const fault = FAULTS[place % FAULTS.length];
    if (fault && place < faults) fault(rails, id, index, productPlace(place));
    else if (index === large) {
      rails.order(id, 'confirmed', index);
      for (let line = 0; line < LARGE_ORDER_LINES; line += 1) {
        places(rails, id, { product: RESERVED_PRODUCTS + line, units: 1 }, index);
      }
    } else honestOrder(rails, id, index);
    await rails.tables.settle();
  }
  for (let product = 0; product < rails.count; product += 1) {
    const name = rails.names.get(product) ?? `Product ${product + 1}`;
    const counters = [rails.stock[product] ?? 0, rails.reserved[product] ?? 0];
    rails.tables.add('products', [product + 1, name, ...counters, timeAt(-60), timeAt(orders)]);
    await rails.tables.settle();
  }
  await rails.tables.close();
};

/** A product of its own for each fault that is about one: four kinds of them, planted a few times. */
const productPlace = (place: number): number =>
  (place % FAULTS.length) + Math.floor(place / FAULTS.length) * 10;
