import { storeFromEnvironment } from './dynamodb/store.ts';
import { systemRuntime } from './runtime.ts';
import type { Ports } from './use-cases/ports.ts';

/** The shop of a deployed function, made from its environment. */
export const shopFromEnvironment = (): Pick<Ports, 'store' | 'runtime'> => ({
  store: storeFromEnvironment(systemRuntime),
  runtime: systemRuntime,
});
