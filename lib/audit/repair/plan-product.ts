import type { Change } from '../../domain/change.ts';
import { ledgerHas } from '../../domain/laws/law-check.ts';
import { movementName } from '../../domain/laws/movement-laws.ts';
import { checkLine } from '../../domain/laws/order-laws.ts';
import { emptyProductBook, enterInProductBook } from '../../domain/laws/product-laws.ts';
import { hereSince, type Order } from '../../domain/order.ts';
import { hasRoom } from '../../domain/order-size.ts';
import type { Product } from '../../domain/product.ts';
import { repairs } from '../../domain/references.ts';
import { adjustment, entryOf, type StockMovement } from '../../domain/stock-movement.ts';
import { groupBy } from '../../group-by.ts';
import { COMMIT_CAPACITY } from '../../use-cases/ports.ts';
import { type MendedUnits, mendUnits, type RepairContext } from './mend-units.ts';

/** A product as a reading found it that nothing disturbed: all its movements, and their orders. */
export type ReadProduct = {
  readonly productId: string;
  readonly product: Product | undefined;
  readonly movements: readonly StockMovement[];
  readonly orders: ReadonlyMap<string, Order>;
};

/** When a repair acts, and the key of the causes that it has to invent. */
export type RepairTime = Omit<RepairContext, 'used'>;

/** Left for the product's row and the two movements that explain what no order does. */
const FOR_THE_PRODUCT = 3;

/**
 * One transaction that brings a product closer to the laws; undefined if there is nothing to do.
 *
 * Orders say what they hold, the ledger explains it, and the counters follow the ledger:
 *
 * 1. For each order, the ledger is made to explain what the order says; see `mendUnits`.
 * 2. Reserved units that no order explains, and a stock below what is reserved, become movements.
 * 3. The counters become the sums.
 *
 * A line of an order that contradicts itself says nothing, so nothing is made to follow it: the product
 * waits for a person to mend the order. So it does if an order has no room for the causes that it has to
 * know of.
 *
 * It holds only for what was read: each order at its version, the product's row unchanged. If it is
 * too large for one transaction, it is a part, which leaves the quantities as they are, and the next
 * reading gives the next one.
 */
export const planProduct = (read: ReadProduct, time: RepairTime): readonly Change[] | undefined => {
  const { product, movements } = read;
  if (product?.deletedAt !== undefined) return planRetired(product, movements, time);
  if (contradictsItself(read)) return undefined;
  const pairs = pairsOf(read, time);
  if (pairs.some(isTooMuch)) return undefined;
  if (!product && heldBy(read) === 0) return planGone(read.productId, movements);
  const taken = takeFitting(pairs);
  const isLast =
    taken.every((pair, index) => pair === pairs[index]) && taken.length === pairs.length;
  const dropped = new Set(taken.flatMap(({ units }) => units.drop));
  const ledger = [
    ...movements.filter((movement) => !dropped.has(movement)),
    ...taken.flatMap(({ units }) => units.add),
  ];
  const unexplained = isLast ? explain(read, ledger, time) : [];
  const book = emptyProductBook();
  for (const movement of [...ledger, ...unexplained]) enterInProductBook(book, movement);
  const counters = {
    ...(isLast ? { stockQuantity: book.stock, reservedQuantity: book.reserved } : unchanged(read)),
    movementCount: book.movements,
  };
  const changes = [
    ...taken.flatMap((pair) => pairChanges(pair, time)),
    ...unexplained.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
  const isSame =
    product?.stockQuantity === book.stock &&
    product.reservedQuantity === book.reserved &&
    product.movementCount === book.movements &&
    product.availableQuantity === book.stock - book.reserved;
  if (isSame && changes.length === 0) return undefined;
  return [productChange(read, counters, time), ...changes];
};

const contradictsItself = ({ productId, orders }: ReadProduct): boolean =>
  [...orders.values()].some((order) =>
    order.items.some((line) => line.productId === productId && checkLine(order, line).length > 0),
  );

/**
 * While only a part of the ledger is repaired, its sums mean nothing, and to sell by them could sell
 * what is not there. A product that is lost has nothing to sell until its ledger is whole.
 */
const unchanged = (read: ReadProduct): Omit<Counters, 'movementCount'> => {
  const { stockQuantity = heldBy(read), reservedQuantity = heldBy(read) } = read.product ?? {};
  return { stockQuantity, reservedQuantity };
};

type Counters = Pick<Product, 'stockQuantity' | 'reservedQuantity' | 'movementCount'>;

/** A product that is lost and that orders hold is opened again, under its id for want of its name. */
const productChange = (
  { productId, product, movements, orders }: ReadProduct,
  counters: Counters,
  { at }: RepairTime,
): Change => {
  if (product) return { type: 'mend-product', productId, asRead: product, counters, at };
  const times = [...movements, ...orders.values()].map(({ createdAt }) => createdAt);
  return {
    type: 'create-product',
    product: {
      id: productId,
      name: productId,
      ...counters,
      availableQuantity: counters.stockQuantity - counters.reservedQuantity,
      createdAt: [...times, at].sort()[0] ?? at,
      updatedAt: at,
    },
  };
};

type Pair = { readonly order: Order | undefined; readonly units: MendedUnits };

/** The orders whose units the ledger does not explain. */
const pairsOf = (
  { productId, product, movements, orders }: ReadProduct,
  time: RepairTime,
): Pair[] => {
  const byOrder = groupBy(movements, ({ orderId }) => orderId);
  const used = new Set(movements.map(movementName));
  const ids = new Set([...byOrder.keys(), ...orders.keys()]);
  return [...ids].flatMap((id) => {
    if (id === undefined) return [];
    const order = orders.get(id);
    if (order && product && !ledgerHas(product, hereSince(order))) return [];
    const units = mendUnits(order, productId, byOrder.get(id) ?? [], { ...time, used });
    return units.drop.length + units.add.length + units.learn.length > 0 ? [{ order, units }] : [];
  });
};

const isTooMuch = ({ order, units: { learn } }: Pair): boolean =>
  order !== undefined && learn.length > 0 && !hasRoom(knowing(order, learn));

const sizeOf = ({ units }: Pair): number => units.drop.length + units.add.length + 1;

/** The pairs that fit one transaction; of one that does not fit alone, a part. */
const takeFitting = (pairs: readonly Pair[]): Pair[] => {
  let room = COMMIT_CAPACITY.actions - FOR_THE_PRODUCT;
  const fitting = pairs.filter((pair) => {
    room -= sizeOf(pair);
    return room >= 0;
  });
  const [first] = pairs;
  if (fitting.length > 0 || !first) return fitting;
  const drop = first.units.drop.slice(0, COMMIT_CAPACITY.actions - FOR_THE_PRODUCT - 1);
  return [{ ...first, units: { drop, add: [], learn: [] } }];
};

const pairChanges = (
  { order, units: { drop, add, learn } }: Pair,
  { at }: RepairTime,
): Change[] => [
  ...(order ? [orderChange(order, learn, at)] : []),
  ...drop.map((movement): Change => ({ type: 'delete-movement', movement })),
  ...add.map((movement): Change => ({ type: 'record-movement', movement })),
];

const orderChange = (order: Order, learn: readonly string[], at: string): Change =>
  learn.length === 0
    ? { type: 'require-order', order }
    : {
        type: 'update-order',
        order: {
          ...knowing(order, learn),
          version: order.version + 1,
          updatedAt: at,
        },
      };

const knowing = (order: Order, learn: readonly string[]): Order => ({
  ...order,
  movementReferences: [...order.movementReferences, ...learn],
});

const heldBy = ({ productId, orders }: ReadProduct): number =>
  [...orders.values()]
    .flatMap(({ items }) => items)
    .filter((line) => line.productId === productId)
    .reduce((total, { reservedQuantity }) => total + reservedQuantity, 0);

/** Movements of no order: drift that was never explained, and stock that must be there. */
const explain = (
  read: ReadProduct,
  ledger: readonly StockMovement[],
  { at, key }: RepairTime,
): StockMovement[] => {
  const { productId } = read;
  const held = heldBy(read);
  const book = emptyProductBook();
  for (const movement of ledger) enterInProductBook(book, movement);
  const referenceId = repairs.ofProduct(productId, key);
  const found: StockMovement[] = [];
  const drift = held - book.reserved;
  if (drift !== 0) {
    const movementType = drift > 0 ? 'reservation' : 'restoration';
    found.push({
      referenceId,
      entry: entryOf(movementType, productId),
      productId,
      movementType,
      quantity: -drift,
      stockDelta: 0,
      reservedDelta: drift,
      reason: 'repair',
      createdAt: at,
    });
  }
  if (book.stock < held) {
    const quantity = held - book.stock;
    found.push(adjustment({ productId, quantity, referenceId, reason: 'repair' }, at));
  }
  return found;
};

/** Nobody holds a product that is gone: its movements explain nothing any more. */
const planGone = (productId: string, movements: readonly StockMovement[]): Change[] | undefined =>
  movements.length === 0
    ? undefined
    : [
        { type: 'require-no-product', productId },
        ...movements
          .slice(0, COMMIT_CAPACITY.actions - 1)
          .map((movement): Change => ({ type: 'delete-movement', movement })),
      ];

/** Of a product that is being deleted only the count matters: its deletion ends when that is 0. */
const planRetired = (
  product: Product,
  movements: readonly StockMovement[],
  { at }: RepairTime,
): Change[] | undefined => {
  const { id: productId, stockQuantity, reservedQuantity, movementCount } = product;
  if (movementCount === movements.length) return undefined;
  const counters = { stockQuantity, reservedQuantity, movementCount: movements.length };
  return [{ type: 'mend-product', productId, asRead: product, counters, at }];
};
