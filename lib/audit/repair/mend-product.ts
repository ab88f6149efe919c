import type { Change } from '../../domain/change.ts';
import { backOff } from '../../retry.ts';
import { TimeIsUpError } from '../../time-budget.ts';
import type { ProductSuspect } from '../product-suspect.ts';
import { planProduct } from './plan-product.ts';
import type { RepairPorts } from './ports.ts';
import { readProduct } from './read-product.ts';

/**
 * How a subject was repaired.
 *
 * - `changes`: what was written; in a dry run, what the first transaction would write.
 * - `isDone`: nothing is left to do. False if it was too busy, or in a dry run.
 */
export type Mended = { readonly changes: readonly Change[]; readonly isDone: boolean };

/** Transactions and readings that one product may take. */
const ATTEMPTS = 200;

/** Readings in a row that may come to nothing. */
const PATIENCE = 14;

/**
 * Repairs one product, transaction by transaction, until its plan is empty. Each is conditional on
 * exactly what was read. So live traffic or a second repair makes it fail, and it reads again.
 */
export const mendProduct = async (
  suspect: ProductSuspect,
  since: Date,
  ports: RepairPorts,
): Promise<Mended> => {
  const { shop, remaining, runtime, isApplied } = ports;
  const written: Change[] = [];
  let inVain = 0;
  for (let attempt = 0; attempt < ATTEMPTS && remaining() > 0; attempt += 1) {
    const read = await readProduct(suspect, since, ports).catch(nothingIfHopeless);
    if (read === 'hopeless') break;
    const time = { at: runtime.now().toISOString(), key: runtime.newId() };
    const changes = read && planProduct(read, time);
    if (read && !changes) return { changes: written, isDone: true };
    if (changes && !isApplied) return { changes, isDone: false };
    const result = changes && (await shop.commit(changes, remaining));
    if (changes && result?.type === 'committed') {
      written.push(...changes);
      inVain = 0;
    } else {
      inVain += 1;
      if (inVain > PATIENCE || !(await backOff(inVain, remaining, runtime))) break;
    }
  }
  return { changes: written, isDone: false };
};

/**
 * Somebody has to mend a row that cannot be read before what depends on it can be repaired. And when
 * the time is up, what was written until then is told.
 */
const nothingIfHopeless = (error: unknown): 'hopeless' => {
  if (error instanceof TimeIsUpError) return 'hopeless';
  if (error instanceof Error && error.name === 'DamagedItemError') return 'hopeless';
  throw error;
};
