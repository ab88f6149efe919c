import type { Order } from '../domain/order.ts';
import type { Task } from '../group-commit/progress.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import type { Ports } from './ports.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `done`: the order is as the caller wants it, since this call (`here`) or since before.
 * - `rejected`: it cannot be done to the order as it is, and why.
 * - `unfinished`: the time ran out; a retry is safe.
 *
 * `drift` counts units that the order held and that the products' counters could not give.
 */
export type ChangeOrderResult<Why> = { readonly drift: number } & (
  | { readonly outcome: 'done'; readonly here: boolean; readonly order: Order }
  | { readonly outcome: 'rejected'; readonly why: Why; readonly order: Order }
  | { readonly outcome: 'not_found' | 'unfinished' }
);

/** Reads an order, and takes the steps that `decide` wants. */
export const changeOrder = <Why>(
  orderId: string,
  decide: Task<Why>['decide'],
  ports: Ports,
): Promise<ChangeOrderResult<Why>> =>
  orIfTimeIsUp(() => tryToChange(orderId, decide, ports), { outcome: 'unfinished', drift: 0 });

const tryToChange = async <Why>(
  orderId: string,
  decide: Task<Why>['decide'],
  ports: Ports,
): Promise<ChangeOrderResult<Why>> => {
  const order = await ports.store.getOrder(orderId, ports.remaining);
  if (!order) return { outcome: 'not_found', drift: 0 };
  const { result } = await runOneOnShop({ order, decide }, ports);
  const { drift } = result;
  switch (result.type) {
    case 'settled':
      return { outcome: 'done', here: result.here, order: result.order, drift };
    case 'rejected':
      return { outcome: 'rejected', why: result.why, order: result.order, drift };
    case 'not_found':
    case 'unfinished':
      return { outcome: result.type, drift };
  }
};
