/** What events tell about orders and products: the schemas, and the conversion to them. */
import * as z from 'zod/mini';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import {
  OrderLineResource,
  OrderResource,
  orderResource,
  ProductResource,
  productResource,
  RestoredResource,
} from '../http/resources.ts';
import { type OrderEventType, ruleOf } from './order-events.ts';

/**
 * The attributes that callers of the API see, and whether events have them. A new attribute does not
 * compile before this is decided for it. Who did something and what somebody wrote by hand may be
 * private: it stays with those who may read the order. `metadata` is what programs keep there, such as
 * the id of a payment, and consumers need it.
 */
const IS_IN_EVENT = {
  id: true,
  status: true,
  statusSince: true,
  items: true,
  version: true,
  restock: true,
  expiresAt: true,
  releaseAt: true,
  cancelledAt: true,
  cancellationReason: true,
  cancellationNote: false,
  cancelledBy: false,
  cancelledByStated: false,
  lock: false,
  metadata: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Record<keyof z.output<typeof OrderResource>, boolean>;

type IsInEvent = typeof IS_IN_EVENT;
type LeftOut = {
  [Name in keyof IsInEvent]: IsInEvent[Name] extends false ? Name : never;
}[keyof IsInEvent];

const isInEvent = (name: string): boolean =>
  Object.entries(IS_IN_EVENT).some(([one, isIn]) => one === name && isIn);

/** An order as callers see it, without what may be private, and perhaps without its lines. */
export const OrderInEvent = z.extend(
  z.omit(OrderResource, {
    cancellationNote: true,
    cancelledBy: true,
    cancelledByStated: true,
    lock: true,
  } satisfies Record<LeftOut, true>),
  { items: z.optional(z.array(OrderLineResource)) },
);

export const orderInEvent = (order: Order): z.output<typeof OrderInEvent> =>
  Object.fromEntries(
    Object.entries(orderResource(order)).filter(([name]) => isInEvent(name)),
  ) as z.output<typeof OrderInEvent>;

const anyOrderData = {
  order: OrderInEvent,
  /** The event was too large with the order's lines. */
  itemsOmitted: z.optional(z.literal(true)),
};

/** What an event of this type says. */
export const orderData = (type: OrderEventType) => {
  const { cause, units } = ruleOf(type);
  return z.strictObject({
    ...anyOrderData,
    ...(cause && { referenceId: z.string() }),
    ...(units && { units: z.array(RestoredResource) }),
  });
};

export type OrderData = {
  readonly order: z.output<typeof OrderInEvent>;
  readonly itemsOmitted?: true;
  readonly referenceId?: string;
  readonly units?: readonly z.output<typeof RestoredResource>[];
};

export const ProductData = z.strictObject({ product: ProductResource });

export type ProductData = { readonly product: ReturnType<typeof productResource> };

export const productData = (product: Product): ProductData => ({
  product: productResource(product),
});
