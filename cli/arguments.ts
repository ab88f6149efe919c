/** Words of the command line that several commands take. */
import type { ProductQuantity } from '../lib/domain/stock-movement.ts';
import { ID, MAX_QUANTITY } from '../lib/fields.ts';
import { wrongUsage } from './failure.ts';

/** @throws Failure when it cannot be the id of anything, before it gets into a path */
export const idFrom = (text: string): string => {
  if (ID.test(text)) return text;
  throw wrongUsage(`"${text}" is no id: an id has 1 to 64 letters, digits, dots or hyphens.`);
};

/** The lines of an order, each as in `tea:3` or `tea=3`. */
export const linesFrom = (words: readonly string[]): ProductQuantity[] => words.map(lineFrom);

const lineFrom = (word: string): ProductQuantity => {
  const [, productId = '', units = ''] = /^([^:=]+)[:=](\d+)$/.exec(word) ?? [];
  const quantity = Number(units);
  if (!ID.test(productId) || quantity < 1 || quantity > MAX_QUANTITY) {
    throw wrongUsage(`"${word}" is no line of an order: write it as product:quantity, like tea:3.`);
  }
  return { productId, quantity };
};

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds, given as in `90`, `90s`, `15m`, `2h` or `7d`. The system knows how many are too many. */
export const secondsFrom = (text: string, what: string): number => {
  const [, number, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * SECONDS[unit as keyof typeof SECONDS];
  throw wrongUsage(`${what} must be seconds, or a time like 15m, 2h or 7d, not "${text}".`);
};

/** @throws Failure when it is no whole number within the limits */
export const wholeNumberFrom = (
  text: string,
  what: string,
  { from, to }: { readonly from: number; readonly to: number },
): number => {
  const number = Number(text);
  if (/^[+-]?\d+$/.test(text) && number >= from && number <= to) return number;
  throw wrongUsage(`${what} must be a whole number from ${from} to ${to}, not "${text}".`);
};
