import { type Amendment, decideAmendment } from '../domain/lifecycle.ts';
import { type ChangeOrderResult, changeOrder } from './change-order.ts';
import type { Ports } from './ports.ts';

/** Gives an order other metadata, or another time at which it expires. */
export const amendOrder = (
  orderId: string,
  amendment: Amendment,
  ports: Ports,
): Promise<ChangeOrderResult<'being_imported'>> =>
  changeOrder(orderId, (order, at) => decideAmendment(order, amendment, at), ports);
