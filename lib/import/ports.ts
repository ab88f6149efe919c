import type { AuditStore } from '../audit/ports.ts';
import type { Ports, Store } from '../use-cases/ports.ts';

/** How far an import is. */
export type ImportProgress = {
  readonly step: 'reading' | 'comparing' | 'products' | 'orders';
  /** Rows in this step; while comparing, the parts of 1 that are done. */
  readonly done: number;
};

export type ImportPorts = Pick<Ports, 'runtime' | 'remaining'> & {
  readonly store: Pick<AuditStore, 'getProductRow' | 'getMovements'>;
  /** The shop that is written to. */
  readonly shop: Pick<Store, 'commit' | 'getOrders'>;
  /** An empty folder for temporary files: about as large as what is read. */
  readonly folder: string;
  /** False in a dry run, which writes nothing. */
  readonly isApplied: boolean;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
};
