import { createHash } from 'node:crypto';
import {
  decidePartialCancellation,
  type NotCancellable,
  type PartialCancellationRequest,
  type PartialRejection,
  restoredByPart,
} from '../domain/cancellation.ts';
import { mergeLines, type Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import type { Ports } from './ports.ts';
import { readProducts } from './read-products.ts';
import { unitsRestored } from './restored-units.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `cancelled`: this call cancelled the units. `already_cancelled`: an earlier call with this key
 *   did.
 * - `reference_reused`: the key was used on this order for another request.
 * - `line_not_found`, `quantity_exceeded`: see `PartialRejection`.
 * - `not_cancellable`: the order cannot be cancelled in part, and why.
 * - `unfinished`: the time ran out; a retry with the same key is safe.
 */
export type PartialCancellationResult = { readonly conflicts: number } & (
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
      readonly drift: number;
    }
  | { readonly outcome: 'not_cancellable'; readonly why: NotCancellable; readonly order: Order }
  | {
      readonly outcome: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'reference_reused' | 'not_found' | 'unfinished' }
);

/** Cancels some units of an order, once for each idempotency key. */
export const cancelLines = (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> =>
  orIfTimeIsUp(() => tryToCancel(request, ports), { outcome: 'unfinished', conflicts: 0 });

const tryToCancel = async (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> => {
  const { store, remaining } = ports;
  const order = await store.getOrder(request.orderId, remaining);
  if (!order) return { outcome: 'not_found', conflicts: 0 };
  const asked = digestOf(request);
  const told = { by: ports.by, ...request };
  const { result, conflicts } = await runOneOnShop(
    { order, decide: (current, at) => decidePartialCancellation(current, told, asked, at) },
    ports,
  );
  switch (result.type) {
    case 'not_found':
    case 'unfinished':
      return { outcome: result.type, conflicts };
    case 'rejected':
      return { ...toOutcome(result.why, result.order), conflicts };
    case 'settled': {
      const restored =
        restoredByPart(result.order, request) ?? (await readRestored(result.order, request, ports));
      if (!restored) return { outcome: 'reference_reused', conflicts };
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        restored,
        drift: result.drift,
        conflicts,
      };
    }
  }
};

/** 96 bits, so that two different requests practically never have the same digest. */
const DIGEST_LENGTH = 16;

/**
 * What a request asks for, as `KeyUse` stores it: the first bits of its SHA-256 in base64url. The
 * sequence of the items does not matter, and `restock: true` is the same as none.
 *
 * The note is not part of it. It is for people and changes nothing in the shop, so a retry that
 * words it differently is still a retry.
 *
 * Digests are stored, so a request of today must have the same digest in every later version.
 */
const digestOf = ({ items, restock, reason }: PartialCancellationRequest): string => {
  const units = mergeLines(items)
    .map(({ productId, quantity }) => [productId, quantity] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([units, restock !== false, reason ?? null]))
    .digest('base64url')
    .slice(0, DIGEST_LENGTH);
};

const toOutcome = (why: PartialRejection, order: Order) => {
  switch (why.code) {
    case 'not_cancellable':
      return { outcome: why.code, why: why.reason, order };
    case 'reference_reused':
      return { outcome: why.code };
    case 'line_not_found':
    case 'quantity_exceeded':
      return { outcome: why.code, productIds: why.productIds };
  }
};

/**
 * The units that the ledger shows for a key that was used before orders had `keyUses`; undefined if
 * the key was used for another request.
 */
const readRestored = async (
  order: Order,
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<ProductQuantity[] | undefined> => {
  const referenceId = references.partialCancellation(order, request.idempotencyKey);
  const { items } = await ports.store.movementsOfReferences([referenceId], {
    limit: order.items.length,
    remaining: ports.remaining,
  });
  return (await isSameCancellation(request, items, ports))
    ? unitsRestored(order, items)
    : undefined;
};

/**
 * Whether the ledger shows that the key was used for this same request. A product that did not
 * exist then has no movement.
 */
const isSameCancellation = async (
  { items, restock, reason }: PartialCancellationRequest,
  movements: readonly StockMovement[],
  ports: Ports,
): Promise<boolean> => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  const movementType = restock === false ? 'adjustment' : 'restoration';
  const same = movements.every(
    (movement) =>
      movement.movementType === movementType &&
      movement.reason === reason &&
      Math.abs(movement.quantity) === asked.get(movement.productId),
  );
  for (const { productId } of movements) asked.delete(productId);
  const unrecorded = await readProducts(same ? [...asked.keys()] : [], ports);
  return same && unrecorded.every((product) => product === undefined);
};
