import type { Store } from '../../use-cases/ports.ts';
import type { AuditPorts } from '../ports.ts';

export type RepairPorts = AuditPorts & {
  /** The shop that is written to. */
  readonly shop: Store;
  /** False in a dry run, which writes nothing. */
  readonly isApplied: boolean;
};
