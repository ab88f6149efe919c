import { type CallOffRequest, heldOf } from '../../domain/call-off.ts';
import type { CancellationResult } from '../cancel-orders.ts';
import { type Holding, holdersOf } from '../holders.ts';
import type { Ports } from '../ports.ts';
import { cancelHolders, cancelledSince } from './cancel-holders.ts';
import { type CallOffEnd, isDealtWith, isRefused, type Tell, unfinished } from './end.ts';
import { COUNTED_CAPACITY, counting, type Limited, shareOut } from './limited-taking.ts';
import { isAll, type Refused } from './refused-holders.ts';

/**
 * Takes units of the newest holders first, until the call-off has taken as many as it may, or until
 * nobody holds any that can be taken.
 */
export const takeUpTo = async (
  limited: Limited,
  request: CallOffRequest,
  ports: Ports,
  tell: Tell,
): Promise<CallOffEnd> => {
  const { store, remaining } = ports;
  const { batchId, productId, upTo } = limited;
  const unitsLeft = async (): Promise<number> => {
    const batch = await store.getBatch(batchId, remaining);
    return batch && !batch.isOver ? upTo - (batch.taken?.units ?? 0) : 0;
  };
  let units = await unitsLeft();
  if (units <= 0) return { outcome: 'done', left: 0 };
  const refused: Refused = new Map();
  if (await isAll(refused, productId, ports)) return { outcome: 'done', left: 0 };
  for await (const { holdings } of holdersOf(productId, ports)) {
    const taking = await takeFrom(holdings, limited, request, ports, units);
    tell(taking.results);
    for (const [orderId, held] of taking.refused) refused.set(orderId, held);
    units = await unitsLeft();
    if (units <= 0) return { outcome: 'done', left: 0 };
    // Nobody older loses units before it is known what became of the newer ones.
    if (taking.left <= 0 || !taking.results.every(isDealtWith)) return unfinished;
    if (await isAll(refused, productId, ports)) return { outcome: 'done', left: refused.size };
  }
  return unfinished;
};

/**
 * Takes at most so many units of these holders, newest first. What some cannot give is taken of the
 * next ones.
 */
export const takeFrom = async (
  holdings: readonly Holding[],
  limited: Limited,
  request: CallOffRequest,
  ports: Ports,
  units: number,
): Promise<{
  readonly results: CancellationResult[];
  readonly refused: Refused;
  readonly left: number;
}> => {
  const results: CancellationResult[] = [];
  const refused: Refused = new Map();
  let left = units;
  let waiting = holdings;
  while (left > 0 && waiting.length > 0 && results.every(isDealtWith)) {
    const chosen = shareOut(waiting, left);
    const counted = counting(limited, ports);
    const ended = await cancelHolders(chosen, request, counted, COUNTED_CAPACITY);
    results.push(...ended);
    for (const [index, result] of ended.entries()) {
      const { order, reservedQuantity } = waiting[index] as Holding;
      if (isRefused(result)) refused.set(order.id, reservedQuantity);
      if (result.outcome === 'cancelled') {
        left -= cancelledSince(order, result.order, request.productId);
      }
    }
    waiting = [...partlyTaken(waiting, ended, request), ...waiting.slice(chosen.length)];
  }
  return { results, refused, left };
};

/** The last order, if it still holds units: it loses them before older orders lose any. */
const partlyTaken = (
  waiting: readonly Holding[],
  ended: readonly CancellationResult[],
  { productId }: CallOffRequest,
): Holding[] => {
  const holding = waiting[ended.length - 1];
  const result = ended.at(-1);
  if (!holding || result?.outcome !== 'cancelled') return [];
  const reservedQuantity = heldOf(result.order, productId);
  return reservedQuantity > 0 ? [{ ...holding, order: result.order, reservedQuantity }] : [];
};
