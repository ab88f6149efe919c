/**
 * How far an order may grow. DynamoDB keeps no row of more than 400 KB, and an order whose row cannot be
 * written cannot be cancelled either. So what makes it grow is refused in time, and its end has room.
 */
import type { Order, OrderLine } from './order.ts';

const MOST_BYTES = 400 * 1_024;

/** Causes after which an order takes no further part, however short they are: callers are told so. */
const MOST_CAUSES = 1_000;

/** What an order has once, at its longest: its metadata, a lock, the note of its cancellation … */
const ONCE = 11_776;

/** What can happen to any order: its units are reserved again, and it is cancelled, shipped or given up. */
const ITS_END = 512;

/** A part at its longest: its cause, the use of its key, and 49 products that prove to be gone. */
const PART = 3_382;

/**
 * Whether an order can store no further operation on some of its units, and no further round. A product
 * that was gone counts as a cause, because its id is stored, too.
 */
export const isFull = (order: Order): boolean => {
  const gone = order.keyUses?.flatMap((use) => use.gone ?? []) ?? [];
  return order.movementReferences.length + gone.length >= MOST_CAUSES || !hasRoom(order, PART);
};

/** Whether so many bytes can be added to an order, and there is still room for its end. */
export const hasRoom = (order: Order, bytes = 0): boolean =>
  mostBytesOf(order) + ITS_END + bytes <= MOST_BYTES;

/** As many bytes as an order's row has at most, unless a part or another round is added to it. */
export const mostBytesOf = ({ items, movementReferences, keyUses = [] }: Order): number =>
  ONCE +
  sum(items.map(bytesOfLine)) +
  bytesOfTexts(movementReferences) +
  sum(keyUses.map(({ gone }) => 35 + (gone ? 8 + bytesOfTexts(gone) : 0)));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Ids and causes are ASCII. One byte more is for the place in the list. */
const bytesOfTexts = (texts: readonly string[]): number =>
  sum(texts.map(({ length }) => length + 1));

/**
 * Its names and places are 94 bytes. Eight numbers tell of its units, five in the line and three beside
 * it. A number has a byte for each two digits, and one more.
 */
const bytesOfLine = ({ productId, quantity }: OrderLine): number =>
  94 + productId.length + 8 * (Math.ceil(`${quantity}`.length / 2) + 1);
