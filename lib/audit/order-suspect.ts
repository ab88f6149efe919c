import { inBatches } from '../batches.ts';
import { ledgerHas } from '../domain/laws/law-check.ts';
import { movementName } from '../domain/laws/movement-laws.ts';
import {
  checkGoneOrder,
  checkOrderBook,
  emptyOrderBook,
  enterInOrderBook,
} from '../domain/laws/order-book.ts';
import { hereSince, type Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { AuditPorts } from './ports.ts';
import { type Sight, sightOf } from './second-look.ts';

/** An order that looked wrong, and the causes that the scan saw of it. */
export type OrderSuspect = { readonly orderId: string; readonly causes: readonly string[] };

/** Products that are read at the same time. */
const PRODUCTS_IN_FLIGHT = 25;

/**
 * Looks at an order and its movements, from base tables only. Its movements are read twice, because
 * deleting an order deletes them without a new version; what is there both times was there between.
 * The products are read between these, because the ledger of one that is retired says nothing.
 */
export const lookAtOrder = async (
  { orderId, causes }: OrderSuspect,
  { store, remaining }: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<Sight> => {
  const before = await readOrder(orderId, store, remaining);
  const referenceIds = [...new Set([...(before?.movementReferences ?? []), ...causes])];
  const read = async (): Promise<StockMovement[]> => {
    const movements: StockMovement[] = [];
    for await (const one of store.readMovementsOfReferences(referenceIds, remaining)) {
      if (one.orderId === orderId) movements.push(one);
    }
    return movements;
  };
  const movements = await read();
  const productIds = new Set([
    ...(before?.items ?? []).map(({ productId }) => productId),
    ...movements.map(({ productId }) => productId),
  ]);
  const products = await readProducts([...productIds], store, remaining);
  const after = await readOrder(orderId, store, remaining);
  const again = await read();
  if (!isSameOrder(before, after) || !areSame(movements, again)) return { type: 'moving' };

  const book = emptyOrderBook();
  for (const movement of movements) enterInOrderBook(book, movement);
  return sightOf(
    before
      ? checkOrderBook(before, book, (id) => ledgerHas(products.get(id), hereSince(before)))
      : checkGoneOrder(orderId, book),
  );
};

const readOrder = async (
  orderId: string,
  store: AuditPorts['store'],
  remaining: AuditPorts['remaining'],
): Promise<Order | undefined> => {
  const order = (await store.getOrders([orderId], remaining)).get(orderId);
  if (order instanceof Error) throw order;
  return order;
};

const readProducts = async (
  ids: readonly string[],
  store: AuditPorts['store'],
  remaining: AuditPorts['remaining'],
): Promise<Map<string, Product>> => {
  const found = await inBatches(ids, { size: 1, atOnce: PRODUCTS_IN_FLIGHT }, ([id = '']) =>
    store.getProductRow(id, remaining),
  );
  return new Map(found.flatMap((product) => (product ? [[product.id, product]] : [])));
};

const isSameOrder = (a: Order | undefined, b: Order | undefined): boolean =>
  a?.version === b?.version && a?.createdAt === b?.createdAt && a?.writeId === b?.writeId;

/** A movement is never changed, but its key may be used again by a later order of the same id. */
const areSame = (a: readonly StockMovement[], b: readonly StockMovement[]): boolean => {
  const nameOf = (one: StockMovement): string => `${movementName(one)} ${one.createdAt}`;
  const names = new Set(a.map(nameOf));
  return a.length === b.length && b.every((one) => names.has(nameOf(one)));
};
