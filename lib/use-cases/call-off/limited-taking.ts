import { stateForCallOff } from '../../domain/call-off.ts';
import type { Change } from '../../domain/change.ts';
import type { Holding } from '../holders.ts';
import { COMMIT_CAPACITY, type Ports } from '../ports.ts';
import type { Chosen } from './cancel-holders.ts';
import { guarded } from './guarded.ts';

/** A call-off that may take only so many units in all. */
export type Limited = {
  readonly batchId: string;
  readonly productId: string;
  readonly upTo: number;
};

/** Each of its transactions also counts what it takes. */
export const COUNTED_CAPACITY = { ...COMMIT_CAPACITY, actions: COMMIT_CAPACITY.actions - 1 };

/**
 * The newest holders that have so many units to take, and which share of each is taken. Those that
 * cannot be cancelled now are among them, but do not count.
 *
 * @param holdings newest first
 */
export const shareOut = (holdings: readonly Holding[], units: number): readonly Chosen[] => {
  const chosen: Chosen[] = [];
  let left = units;
  for (const { order, reservedQuantity } of holdings) {
    if (left === 0) break;
    const share = Math.min(reservedQuantity, left);
    chosen.push({ order, share });
    if (stateForCallOff(order, 'line') === 'pending') left -= share;
  }
  return chosen;
};

/**
 * The same shop, in which every commit also counts the units that it takes for a call-off, and takes
 * none beyond its limit, whoever else takes units for it at the same time.
 */
export const counting = (limited: Limited, ports: Ports): Ports => {
  const { batchId, upTo } = limited;
  return guarded(ports, {
    guard: (changes) => {
      const taking = takenBy(changes, limited);
      const isTaking = taking.orders > 0;
      return isTaking ? [...changes, { type: 'take-units', batchId, taking, upTo }] : changes;
    },
    stops: ({ type }) => type === 'take-units',
  });
};

/** What a commit takes for a call-off, by the causes of its movements. */
const takenBy = (
  changes: readonly Change[],
  { batchId, productId }: Limited,
): { readonly units: number; readonly orders: number } => {
  const quantities = changes.flatMap((change) =>
    'movement' in change &&
    change.movement.productId === productId &&
    change.movement.referenceId.includes(`_cancellation_${batchId}-`)
      ? [Math.abs(change.movement.quantity)]
      : [],
  );
  return { units: quantities.reduce((sum, one) => sum + one, 0), orders: quantities.length };
};
