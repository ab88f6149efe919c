/** Applies update expressions to items. */
import { invalid, UnfitItemError } from './errors.ts';
import type { Operand, Path, Update } from './expression-grammar.ts';
import type { Placeholders } from './expressions.ts';
import { checkOverlap, removeAt, resolve, setAt, valueAt } from './paths.ts';
import { copyOf, kindOf, type Row } from './values.ts';

/**
 * Refuses an update that is invalid for any item: one that touches the key, or a path twice, or
 * calculates with a value that is no number.
 *
 * @throws FakeError
 */
export const checkUpdate = (
  { set, add, remove }: Update,
  keys: readonly string[],
  placeholders: Placeholders,
): void => {
  const paths = [...set, ...add]
    .map(({ path }) => path)
    .concat(remove)
    .map((path) => resolve(path, placeholders));
  checkOverlap(paths);
  if (paths.some(([name]) => keys.includes(String(name)))) throw invalid('a key cannot be changed');
  const values = placeholders.ExpressionAttributeValues ?? {};
  const mustBe = (kind: 'N' | 'L', ...operands: Operand[]): void => {
    for (const operand of operands) {
      if (operand.type === 'value' && kindOf(values[operand.placeholder]) !== kind) {
        throw invalid(`${operand.placeholder} has the wrong type`);
      }
    }
  };
  const check = (operand: Operand): void => {
    if (operand.type === 'sum') mustBe('N', operand.left, operand.right);
    if (operand.type === 'list-append') mustBe('L', operand.left, operand.right);
  };
  for (const { value } of set) check(value);
  for (const { value } of add) mustBe('N', value);
};

/**
 * The row that an update makes of another one. All its operands are read before any change.
 *
 * @throws UnfitItemError when the row lacks what the update needs
 */
export const updated = (
  { set, add, remove }: Update,
  row: Row,
  placeholders: Placeholders,
): Row => {
  const after = copyOf(row);
  const evaluate = (operand: Operand): unknown => evaluateOn(operand, row, placeholders);
  const at = (path: Path): Path => resolve(path, placeholders);
  for (const { path, value } of set) setAt(after, at(path), copyIn(evaluate(value)));
  for (const { path, value } of add) {
    const before = valueAt(row, at(path));
    setAt(after, at(path), sum(before === undefined ? 0 : before, evaluate(value)));
  }
  for (const path of deepestLast(remove.map(at))) removeAt(after, path);
  return after;
};

/** The last elements of lists first, so that no index shifts before its element is removed. */
const deepestLast = (paths: readonly Path[]): Path[] =>
  [...paths].sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);

const copyIn = (value: unknown): unknown => copyOf({ value }).value;

const sum = (left: unknown, right: unknown, sign: 1 | -1 = 1): number => {
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new UnfitItemError('only numbers can be added');
  }
  return left + sign * right;
};

const evaluateOn = (operand: Operand, row: Row, placeholders: Placeholders): unknown => {
  const evaluate = (one: Operand): unknown => evaluateOn(one, row, placeholders);
  switch (operand.type) {
    case 'value':
      return placeholders.ExpressionAttributeValues?.[operand.placeholder];
    case 'path': {
      const value = valueAt(row, resolve(operand.path, placeholders));
      if (value === undefined) throw new UnfitItemError('an attribute does not exist');
      return value;
    }
    case 'if-not-exists': {
      const value = valueAt(row, resolve(operand.path, placeholders));
      return value === undefined ? evaluate(operand.otherwise) : value;
    }
    case 'list-append': {
      const [left, right] = [evaluate(operand.left), evaluate(operand.right)];
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      throw new UnfitItemError('only lists can be appended');
    }
    case 'sum':
      return sum(evaluate(operand.left), evaluate(operand.right), operand.sign);
    case 'size':
      throw invalid('an update has no size()');
  }
};
