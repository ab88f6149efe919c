import type { Order } from '../domain/order.ts';

/** An order as callers see it: without what only its own way through the system needs. */
export const orderResource = ({
  movementReferences: _references,
  placing: _placing,
  restock: _restock,
  round: _round,
  ...order
}: Order) => order;
