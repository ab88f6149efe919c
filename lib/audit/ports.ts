import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { MovementKey, Ports, Store } from '../use-cases/ports.ts';

/**
 * A row that was scanned. `isFindable` is false when its index keys are such that no list and no
 * sweep ever reads it.
 */
export type Scanned<Row> = { readonly row: Row; readonly isFindable: boolean };

/** A row that this system cannot have written: `error` names it and says what is wrong. */
export type DamagedRow = { readonly id: string; readonly error: string };

/** The pages of a whole table, strongly consistent, in an arbitrary sequence. */
export type TableScan<Row> = (
  remaining: TimeBudget,
) => AsyncIterable<readonly (Scanned<Row> | DamagedRow)[]>;

/** An order with the key of the index of due orders. */
export type OrderRow = { readonly order: Order; readonly dueAt?: string };

/** What an audit reads from the tables besides what the shop itself reads. Strongly consistent. */
export type AuditStore = Pick<
  Store,
  'getOrders' | 'movementsOfProduct' | 'readMovementsOfReferences'
> & {
  readonly scanOrders: TableScan<OrderRow>;
  readonly scanProducts: TableScan<Product>;
  readonly scanMovements: TableScan<StockMovement>;
  /** A product's row, of a retired product, too. */
  getProductRow(id: string, remaining: TimeBudget): Promise<Product | undefined>;
  /** Those of these movements that exist. */
  getMovements(keys: readonly MovementKey[], remaining: TimeBudget): Promise<StockMovement[]>;
};

/** How far an audit has come. */
export type AuditProgress = {
  readonly step: 'products' | 'orders' | 'movements' | 'comparing';
  /** Rows read in this step; while comparing, the parts of 1 that are done. */
  readonly done: number;
};

export type AuditPorts = Pick<Ports, 'runtime' | 'remaining'> & {
  readonly store: AuditStore;
  /** An empty folder for temporary files: about 300 bytes for each movement. */
  readonly folder: string;
  readonly onProgress?: (progress: AuditProgress) => void;
};
