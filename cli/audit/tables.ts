import type { RepairPorts } from '../../lib/audit/repair/ports.ts';
import type { Place } from '../place.ts';
import type { Ports } from '../ports.ts';
import type { Patience } from './patience.ts';

/** The tables of a shop: what an audit reads, and what a repair writes to. */
export type OpenedTables = Pick<RepairPorts, 'store' | 'shop'> & { readonly close: () => void };

/** @throws Failure when nothing names the stage or the region */
export type OpenTables = (
  place: Place,
  ports: Pick<Ports, 'credentials' | 'runtime'>,
  patience: Patience,
) => Promise<OpenedTables>;
