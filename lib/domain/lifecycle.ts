import type { Actor } from './actor.ts';
import { isSame, type Metadata } from './metadata.ts';
import {
  holdsUnits,
  isGrowing,
  isImporting,
  type Lock,
  movedTo,
  nextVersion,
  type Order,
} from './order.ts';
import { isFull } from './order-size.ts';
import { type Destination, rulesOf } from './order-status.ts';
import { added, decidePart, type Part, type PartRejection, type PartRequest } from './part.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/**
 * Decides what a transition would do to an order as it is now. Shipping takes what the order holds
 * out of the stock. It races with cancelling for the same units; the order's version (optimistic
 * lock) gives each unit to exactly one of them.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideTransition = (
  order: Order,
  to: Destination,
  now: string,
  atMost: number,
): Decision<'invalid_transition'> => {
  const isThere = order.status === to;
  const isNext = rulesOf(order.status).next === to;
  if ((!isThere && !isNext) || isGrowing(order)) {
    return { type: 'rejected', why: 'invalid_transition' };
  }
  // A shipment that was interrupted is finished first.
  if (isReleasing(order)) return releaseHeld(order, now, atMost);
  if (isThere) return { type: 'settled' };
  return { ...releaseHeld(movedTo(order, to, now), now, atMost), decisive: true };
};

/** Shipping some units. When the order holds no more, it is shipped. */
const PARTIAL_SHIPMENT: Part<PartRequest, 'invalid_transition'> = {
  referenceOf: references.partialShipment,
  refusalOf: (order) =>
    rulesOf(order.status).next !== 'shipped' || isGrowing(order) || isFull(order)
      ? 'invalid_transition'
      : undefined,
  unitsOf: ({ reservedQuantity }) => reservedQuantity,
  take: (line, quantity) => ({
    ...line,
    reservedQuantity: line.reservedQuantity - quantity,
    shippedQuantity: line.shippedQuantity + quantity,
  }),
  causeOf: (_, referenceId) => ({ referenceId, movementType: 'adjustment' }),
  after: (order, _, now) =>
    holdsUnits(order) ? { ...order, shippedInPart: true } : movedTo(order, 'shipped', now),
};

/**
 * Decides what shipping some units would do to an order as it is now.
 *
 * @param digest the digest of the request, see `KeyUse`
 */
export const decidePartialShipment = (
  order: Order,
  request: PartRequest,
  digest: string,
  now: string,
): Decision<'invalid_transition' | PartRejection> =>
  decidePart(PARTIAL_SHIPMENT, order, request, digest, now);

/** Taking back units that were shipped. What is not restocked moves no counter. */
const RETURN: Part<PartRequest, 'invalid_transition' | 'too_many_parts'> = {
  referenceOf: references.return,
  refusalOf: (order) => {
    if (isImporting(order)) return 'invalid_transition';
    return isFull(order) ? 'too_many_parts' : undefined;
  },
  unitsOf: ({ shippedQuantity, returnedQuantity }) => shippedQuantity - returnedQuantity,
  take: (line, quantity) => ({ ...line, returnedQuantity: line.returnedQuantity + quantity }),
  causeOf: ({ restock, reason, note }, referenceId) =>
    restock === false
      ? undefined
      : { referenceId, movementType: 'adjustment', comesBack: true, reason, note },
  after: (order, { restock }, _, quantities) =>
    restock === false ? { ...order, notRestocked: added(order.notRestocked, quantities) } : order,
};

/**
 * Decides what returning some units would do to an order as it is now.
 *
 * @param digest the digest of the request, see `KeyUse`
 */
export const decideReturn = (
  order: Order,
  request: PartRequest,
  digest: string,
  now: string,
): Decision<'invalid_transition' | 'too_many_parts' | PartRejection> =>
  decidePart(RETURN, order, request, digest, now);

/**
 * Decides what taking an order in hand would do to it. Who has it in hand already keeps it.
 *
 * @param by who takes it in hand
 */
export const decideLock = (
  order: Order,
  { reason, by }: { readonly reason?: string | undefined; readonly by?: Actor | undefined },
  now: string,
): Decision<'invalid_transition'> => {
  if (!isInHouse(order)) return { type: 'rejected', why: 'invalid_transition' };
  if (order.lock) return { type: 'settled' };
  const lock: Lock = {
    ...(by && { by: by.actor }),
    ...(by?.actorStated !== undefined && { byStated: by.actorStated }),
    since: now,
    ...(reason !== undefined && { reason }),
  };
  return {
    type: 'step',
    decisive: true,
    order: nextVersion({ ...order, lock }, now),
    releases: [],
  };
};

/** Decides what letting go of an order would do to it. */
export const decideUnlock = (order: Order, now: string): Decision<'invalid_transition'> => {
  if (!isInHouse(order)) return { type: 'rejected', why: 'invalid_transition' };
  const { lock, ...rest } = order;
  if (!lock) return { type: 'settled' };
  return { type: 'step', decisive: true, order: nextVersion(rest, now), releases: [] };
};

/** Whether an order is placed, and its goods are still here. */
const isInHouse = (order: Order): boolean =>
  rulesOf(order.status).cancellation === 'possible' && !isGrowing(order);

/** Decides what new metadata or another time of expiry would do to an order. */
export const decideAmendment = (
  order: Order,
  { metadata, expiresAt }: Amendment,
  now: string,
): Decision<'being_imported'> => {
  if (isImporting(order)) return { type: 'rejected', why: 'being_imported' };
  const amended: Order = {
    ...order,
    ...(metadata && { metadata }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  return amended.expiresAt === order.expiresAt && isSame(amended.metadata, order.metadata)
    ? { type: 'settled' }
    : { type: 'step', decisive: true, order: nextVersion(amended, now), releases: [] };
};

export type Amendment = {
  /** Takes the place of all metadata that the order has. */
  readonly metadata?: Metadata | undefined;
  readonly expiresAt?: string | undefined;
};
