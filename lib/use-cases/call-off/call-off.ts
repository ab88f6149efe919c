import type { Actor } from '../../domain/actor.ts';
import { type CallOffRequest, hasEnded, type StartedCallOff } from '../../domain/call-off.ts';
import type { CancellationBatch, Walked } from '../../domain/cancellation-batch.ts';
import { lessThan, orIfTimeIsUp, shareOf, TimeIsUpError } from '../../time-budget.ts';
import type { CancellationResult } from '../cancel-orders.ts';
import { type Holding, holdersOf } from '../holders.ts';
import type { IndexPosition, Ports } from '../ports.ts';
import { cancelHolders } from './cancel-holders.ts';
import { type CallOffEnd, isDealtWith, isOver, isRefused, type Tell, unfinished } from './end.ts';
import { isAll, type Refused } from './refused-holders.ts';
import { stillCalledOff } from './still-called-off.ts';
import { takeUpTo } from './take-up-to.ts';

/** How one turn at a call-off ended. */
export type CallOffResult = { readonly batchId: string } & (
  | CallOffEnd
  | { readonly outcome: 'failed'; readonly error: unknown }
);

/** A call-off, and who asked for it. */
export type CallOffTurn = { readonly batchId: string; readonly by?: Actor | undefined };

/** Is told how the orders ended that were cancelled together. */
type Report = (turn: CallOffTurn, results: readonly CancellationResult[]) => void;

/**
 * Carries call-offs out, one after the other. Each has its share of the time, so that none costs the
 * others their turn.
 *
 * @returns one result per call-off, in their order; never rejects
 */
export const callOffAll = async (
  turns: readonly CallOffTurn[],
  ports: Ports,
  report: Report,
): Promise<CallOffResult[]> => {
  const results: CallOffResult[] = [];
  for (const [index, turn] of turns.entries()) {
    const remaining = shareOf(ports.remaining, 1 / (turns.length - index));
    results.push(await callOff(turn, { ...ports, remaining }, report));
  }
  return results;
};

const callOff = async (turn: CallOffTurn, ports: Ports, report: Report): Promise<CallOffResult> => {
  const { batchId } = turn;
  try {
    const ended = await orIfTimeIsUp(() => carryOn(turn, ports, report), unfinished);
    return { batchId, ...ended };
  } catch (error) {
    return { batchId, outcome: 'failed', error };
  }
};

/** An end is written down, so that a message which comes late finds it first. */
const carryOn = async (turn: CallOffTurn, ports: Ports, report: Report): Promise<CallOffEnd> => {
  const { store, remaining } = ports;
  const { batchId } = turn;
  const batch = await store.getBatch(batchId, remaining);
  if (!batch?.callOff) return { outcome: 'unknown' };
  if (isOver(batch)) return { outcome: 'over' };
  const end = await cancelAll(batch, batch.callOff, turn, ports, report);
  if (end.outcome === 'unfinished') return end;
  const ending = { type: 'update-batch', batchId, isOver: true } as const;
  const result = await store.commit([ending], remaining);
  return result.type === 'exhausted' ? unfinished : end;
};

const cancelAll = async (
  batch: CancellationBatch,
  callOff: StartedCallOff,
  turn: CallOffTurn,
  ports: Ports,
  report: Report,
): Promise<CallOffEnd> => {
  const { batchId, by } = turn;
  const { productId, scope, upTo, reason, note, restock } = callOff;
  const product = await ports.store.getProduct(productId, ports.remaining);
  // What is deleted was held by nobody.
  if (!product) return { outcome: 'done', left: 0 };
  if (hasEnded(callOff, product)) return { outcome: 'reopened' };
  if (product.reservedQuantity === 0) return { outcome: 'done', left: 0 };
  const request = { productId, scope, reason, note, restock, idempotencyKey: batchId, by };
  const still = stillCalledOff(callOff, ports);
  const tell = (results: readonly CancellationResult[]): void => report(turn, results);
  return upTo === undefined
    ? walk(batch, callOff, request, still, tell)
    : takeUpTo({ batchId, productId, upTo }, request, still, tell);
};

/** The time that is kept for noting how far a walk has come, in milliseconds. */
const TO_REMEMBER_MS = 500;

/**
 * Walks through the orders that hold the product, and cancels them as they are found. The index of
 * the walk lags behind, so only the product's counter tells whether all were found.
 *
 * A walk for which the time is too short goes on at the next receive where it stopped.
 */
const walk = async (
  { id: batchId, walked }: CancellationBatch,
  callOff: StartedCallOff,
  request: CallOffRequest,
  ports: Ports,
  tell: Tell,
): Promise<CallOffEnd> => {
  const remember = (far: Walked | undefined) =>
    ports.store.commit([{ type: 'update-batch', batchId, walked: far }], ports.remaining);
  const walking = { ...ports, remaining: lessThan(ports.remaining, TO_REMEMBER_MS) };
  const refused: Refused = new Map(walked?.refused.map(({ orderId, held }) => [orderId, held]));
  let far: Walked | undefined = walked;
  let areAllDealtWith = true;
  try {
    const from = { after: walked };
    for await (const { holdings, next } of holdersOf(request.productId, walking, from)) {
      // Read after the orders, so that none of them was placed after the product was opened again.
      const product = await walking.store.getProduct(request.productId, walking.remaining);
      if (product && hasEnded(callOff, product)) return { outcome: 'reopened' };
      const results = await cancelHeld(holdings, request, walking);
      tell(results);
      note(refused, holdings, results);
      areAllDealtWith &&= results.every(isDealtWith);
      if (next && areAllDealtWith) far = walkedTo(next, refused);
      if (await isAll(refused, request.productId, walking)) {
        return { outcome: 'done', left: refused.size };
      }
    }
  } catch (error) {
    if (!(error instanceof TimeIsUpError)) throw error;
    if (far !== walked) await remember(far);
    return unfinished;
  }
  // What is left was behind the walk, or is not in the index yet. The next walk begins anew.
  if (walked) await remember(undefined);
  return unfinished;
};

/** So many refused orders are remembered, 100 KB of a row; a walk with more begins anew. */
const MOST_REMEMBERED = 1_000;

const walkedTo = (place: IndexPosition, refused: Refused): Walked | undefined =>
  refused.size > MOST_REMEMBERED
    ? undefined
    : { ...place, refused: [...refused].map(([orderId, held]) => ({ orderId, held })) };

/** Notes which of the orders cannot be cancelled. */
const note = (
  refused: Refused,
  holdings: readonly Holding[],
  results: readonly CancellationResult[],
): void => {
  for (const [index, result] of results.entries()) {
    if (isRefused(result)) refused.set(result.orderId, holdings[index]?.reservedQuantity ?? 0);
  }
};

/**
 * Cancels what orders hold. It may use half of the time that is left, so that one contested order does
 * not use up the time of all others.
 */
const cancelHeld = (
  holdings: readonly Holding[],
  request: CallOffRequest,
  ports: Ports,
): Promise<CancellationResult[]> =>
  cancelHolders(holdings, request, { ...ports, remaining: shareOf(ports.remaining, 1 / 2) });
