import type { AuditPorts } from './audit/ports.ts';
import { auditStoreFromEnvironment } from './dynamodb/audit-store.ts';
import { storeFromEnvironment } from './dynamodb/store.ts';
import { systemRuntime } from './runtime.ts';
import type { Ports } from './use-cases/ports.ts';

/** The shop of a deployed function, made from its environment. */
export const shopFromEnvironment = (): Pick<Ports, 'store' | 'runtime'> => ({
  store: storeFromEnvironment(systemRuntime),
  runtime: systemRuntime,
});

/** What an audit in a deployed function reads. */
export const auditFromEnvironment = (): Pick<AuditPorts, 'store' | 'runtime'> => ({
  store: auditStoreFromEnvironment(systemRuntime),
  runtime: systemRuntime,
});
