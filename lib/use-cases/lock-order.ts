import { decideLock, decideUnlock } from '../domain/lifecycle.ts';
import { type ChangeOrderResult, changeOrder } from './change-order.ts';
import type { Ports } from './ports.ts';

/** Takes an order in hand: until it is unlocked or shipped, nothing cancels it. */
export const lockOrder = (
  orderId: string,
  reason: string | undefined,
  ports: Ports,
): Promise<ChangeOrderResult<'invalid_transition'>> =>
  changeOrder(orderId, (order, at) => decideLock(order, { reason, by: ports.by }, at), ports);

/** Lets go of an order. */
export const unlockOrder = (
  orderId: string,
  ports: Ports,
): Promise<ChangeOrderResult<'invalid_transition'>> => changeOrder(orderId, decideUnlock, ports);
