/** Evaluates conditions. */
import { invalid } from './errors.ts';
import type { Comparator, Condition, Operand } from './expression-grammar.ts';
import type { Placeholders } from './expressions.ts';
import { resolve, valueAt } from './paths.ts';
import { compare, isEqual, kindOf, type Row, sizeOfValue } from './values.ts';

/** Whether a condition holds for a row; an absent row has no attributes. */
export const holds = (
  condition: Condition,
  row: Row | undefined,
  placeholders: Placeholders,
): boolean => {
  const value = (operand: Operand): unknown => evaluate(operand, row, placeholders);
  switch (condition.type) {
    case 'and':
      return holds(condition.left, row, placeholders) && holds(condition.right, row, placeholders);
    case 'or':
      return holds(condition.left, row, placeholders) || holds(condition.right, row, placeholders);
    case 'not':
      return !holds(condition.of, row, placeholders);
    case 'exists':
      return (
        (valueAt(row, resolve(condition.path, placeholders)) !== undefined) === condition.wanted
      );
    case 'compare':
      return compares(value(condition.left), condition.comparator, value(condition.right));
    case 'between': {
      const found = value(condition.operand);
      return (
        compares(found, '>=', value(condition.low)) && compares(found, '<=', value(condition.high))
      );
    }
    case 'in': {
      const found = value(condition.operand);
      return condition.among.some((one) => compares(found, '=', value(one)));
    }
    case 'begins-with': {
      const [found, part] = [value(condition.operand), value(condition.part)];
      return typeof found === 'string' && typeof part === 'string' && found.startsWith(part);
    }
    case 'contains': {
      const [found, part] = [value(condition.operand), value(condition.part)];
      if (Array.isArray(found)) return found.some((one) => isEqual(one, part));
      return typeof found === 'string' && typeof part === 'string' && found.includes(part);
    }
  }
};

/** A missing value or one of another type compares with nothing; it is only not equal. */
const compares = (found: unknown, comparator: Comparator, wanted: unknown): boolean => {
  const isThere = found !== undefined && wanted !== undefined;
  if (comparator === '=') return isThere && isEqual(found, wanted);
  if (comparator === '<>') return !isThere || !isEqual(found, wanted);
  const order = compare(found, wanted);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
};

/** The value of an operand; undefined if there is none. */
const evaluate = (operand: Operand, row: Row | undefined, placeholders: Placeholders): unknown => {
  switch (operand.type) {
    case 'value':
      return placeholders.ExpressionAttributeValues?.[operand.placeholder];
    case 'path':
      return valueAt(row, resolve(operand.path, placeholders));
    case 'size':
      return lengthOf(valueAt(row, resolve(operand.path, placeholders)));
    default:
      throw new Error(`A condition has no ${operand.type}.`);
  }
};

const lengthOf = (value: unknown): number | undefined => {
  if (value === undefined) return undefined;
  switch (kindOf(value)) {
    case 'S':
      return sizeOfValue(value);
    case 'L':
      return (value as unknown[]).length;
    case 'M':
      return Object.keys(value as Row).length;
    default:
      return undefined;
  }
};

/**
 * Refuses conditions that are invalid for any item: functions and comparisons with values of a
 * wrong type in the request itself.
 *
 * @throws FakeError
 */
export const checkCondition = (condition: Condition, placeholders: Placeholders): void => {
  const { ExpressionAttributeValues: values = {} } = placeholders;
  const given = (operand: Operand): unknown =>
    operand.type === 'value' ? values[operand.placeholder] : undefined;
  const mustHaveOrder = (...operands: Operand[]): void => {
    for (const value of operands.map(given)) {
      if (value !== undefined && compare(value, value) === undefined) {
        throw invalid('values of this type have no order');
      }
    }
  };
  const mustDiffer = (first: Operand, ...others: readonly Operand[]): void => {
    if (first.type !== 'path') return;
    const full = (operand: Operand): string =>
      operand.type === 'path' ? JSON.stringify(resolve(operand.path, placeholders)) : '';
    if (others.some((other) => full(other) === full(first))) {
      throw invalid('an attribute is compared with itself');
    }
  };
  const check = (one: Condition): void => {
    switch (one.type) {
      case 'and':
      case 'or':
        check(one.left);
        check(one.right);
        return;
      case 'not':
        check(one.of);
        return;
      case 'in':
        mustDiffer(one.operand, ...one.among);
        return;
      case 'compare':
        mustDiffer(one.left, one.right);
        if (one.comparator !== '=' && one.comparator !== '<>') mustHaveOrder(one.left, one.right);
        return;
      case 'between': {
        mustDiffer(one.operand, one.low, one.high);
        mustHaveOrder(one.operand, one.low, one.high);
        const [low, high] = [given(one.low), given(one.high)];
        if (low === undefined || high === undefined) return;
        const order = compare(low, high);
        if (order === undefined || order > 0) throw invalid('BETWEEN has its bounds in disorder');
        return;
      }
      case 'begins-with':
        for (const value of [given(one.operand), given(one.part)]) {
          if (value !== undefined && typeof value !== 'string') {
            throw invalid('begins_with takes strings');
          }
        }
    }
  };
  check(condition);
};
