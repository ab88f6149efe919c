import { decidePartialShipment, decideReturn } from '../domain/lifecycle.ts';
import type { PartRejection, PartRequest } from '../domain/part.ts';
import { type ChangeOrderResult, changeOrder } from './change-order.ts';
import type { Ports } from './ports.ts';
import { digestOf } from './request-digest.ts';

/** Ships some units of an order, once for each idempotency key. */
export const shipLines = (
  orderId: string,
  request: PartRequest,
  ports: Ports,
): Promise<ChangeOrderResult<'invalid_transition' | PartRejection>> => {
  const digest = digestOf(request);
  return changeOrder(
    orderId,
    (order, at) => decidePartialShipment(order, request, digest, at),
    ports,
  );
};

/** Takes back some units that were shipped, once for each idempotency key. */
export const returnLines = (
  orderId: string,
  request: PartRequest,
  ports: Ports,
): Promise<ChangeOrderResult<'invalid_transition' | 'too_many_parts' | PartRejection>> => {
  const digest = digestOf(request);
  return changeOrder(orderId, (order, at) => decideReturn(order, request, digest, at), ports);
};
