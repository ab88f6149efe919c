/** The key condition of a query: a partition, and optionally a range in it. */
import { checkCondition, holds } from './conditions.ts';
import { invalid } from './errors.ts';
import type { Condition, Operand } from './expression-grammar.ts';
import type { Placeholders } from './expressions.ts';
import { resolve } from './paths.ts';
import type { Row } from './values.ts';

export type KeyCondition = {
  /** The value of the partition key. */
  readonly hash: unknown;
  /** Every value that a key is compared with, by the name of the key. */
  readonly values: readonly (readonly [name: string, value: unknown])[];
  readonly matches: (row: Row) => boolean;
};

/** The attribute of a condition, and the values that it is compared with. */
type Part = {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly isEquality: boolean;
};

/** @throws FakeError for a key condition that a query cannot have */
export const readKeyCondition = (
  condition: Condition,
  [hashKey = '', sortKey]: readonly string[],
  placeholders: Placeholders,
): KeyCondition => {
  checkCondition(condition, placeholders);
  const parts = partsOf(condition).map((part) => readPart(part, placeholders));
  const hash = parts.find(({ name }) => name === hashKey);
  const others = parts.filter((part) => part !== hash);
  if (!hash?.isEquality || others.length > 1 || others.some(({ name }) => name !== sortKey)) {
    throw invalid('a query asks for one partition key and, at most, a range of its sort key');
  }
  const values = parts.flatMap(({ name, values: all }) =>
    all.map((value): readonly [string, unknown] => [name, value]),
  );
  if (values.some(([, value]) => value === '')) throw invalid('a key is never empty');
  return { hash: hash.values[0], values, matches: (row) => holds(condition, row, placeholders) };
};

const partsOf = (condition: Condition): Condition[] =>
  condition.type === 'and'
    ? [...partsOf(condition.left), ...partsOf(condition.right)]
    : [condition];

const readPart = (part: Condition, placeholders: Placeholders): Part => {
  const [attribute, ...values] = operandsOf(part);
  const { ExpressionAttributeValues: given = {} } = placeholders;
  if (attribute?.type !== 'path' || attribute.path.length !== 1) throw invalid('not about a key');
  return {
    name: String(resolve(attribute.path, placeholders)[0]),
    values: values.map((operand) => {
      if (operand.type !== 'value') throw invalid('a key is compared with values');
      return given[operand.placeholder];
    }),
    isEquality: part.type === 'compare' && part.comparator === '=',
  };
};

/** The comparison with the attribute on the left side. */
const operandsOf = (part: Condition): Operand[] => {
  switch (part.type) {
    case 'compare':
      if (part.comparator === '<>') throw invalid('a query cannot ask for what is not equal');
      return [part.left, part.right];
    case 'between':
      return [part.operand, part.low, part.high];
    case 'begins-with':
      return [part.operand, part.part];
    default:
      throw invalid(`a query cannot ask by ${part.type}`);
  }
};
