import type { Order } from '../domain/order.ts';

/** An order as callers see it: without the causes, which have a list of their own. */
export const orderResource = ({ movementReferences: _, ...order }: Order) => order;
