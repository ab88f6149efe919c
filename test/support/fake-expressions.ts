/** As much of DynamoDB's expression language as the store speaks; anything else throws. */

export type Row = Record<string, unknown>;

export type Expressions = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Row>;
};

/** An arithmetic that DynamoDB refuses, because an attribute is not there or is no number. */
export class OperandError extends Error {}

const path = (token: string, { ExpressionAttributeNames = {} }: Expressions): string => {
  if (!token.startsWith('#')) return token;
  const name = ExpressionAttributeNames[token];
  if (name === undefined) throw new Error(`Undefined name ${token}`);
  return name;
};

const operand = (token: string, { ExpressionAttributeValues = {} }: Expressions): unknown => {
  if (!(token in ExpressionAttributeValues)) throw new Error(`Undefined value ${token}`);
  return ExpressionAttributeValues[token];
};

const compare = (found: unknown, operator: string, wanted: unknown): boolean => {
  if (typeof found !== typeof wanted) return false;
  if (operator === '=') return found === wanted;
  const [left, right] = [found as number, wanted as number];
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
};

/** Whether a condition holds for a row; an absent row has no attributes. */
export const holds = (condition: string, row: Row | undefined, names: Expressions): boolean =>
  condition.split(' OR ').some((part) => allHold(part, row, names));

const allHold = (condition: string, row: Row | undefined, names: Expressions): boolean =>
  condition.split(' AND ').every((clause) => {
    const call = /^(attribute_exists|attribute_not_exists|begins_with)\(([#\w]+)(?:, (:\w+))?\)$/;
    const [, name, attribute = '', value = ''] = call.exec(clause) ?? [];
    if (name) {
      const found = row?.[path(attribute, names)];
      if (name === 'attribute_exists') return found !== undefined;
      if (name === 'attribute_not_exists') return found === undefined;
      return typeof found === 'string' && found.startsWith(operand(value, names) as string);
    }
    const [, left = '', operator, right = ''] = /^([#\w]+) (=|>=|<=|<) (:\w+)$/.exec(clause) ?? [];
    if (!operator) throw new Error(`The fake does not understand the condition ${clause}`);
    return compare(row?.[path(left, names)], operator, operand(right, names));
  });

/** The row that an update makes out of another one. */
export const updated = (expression: string, row: Row, names: Expressions): Row => {
  const after = { ...row };
  const [set = '', remove = ''] = expression.split(' REMOVE ');
  for (const name of remove.split(', ').filter(Boolean)) delete after[path(name, names)];
  for (const clause of set.replace(/^SET /, '').split(', ')) {
    const [, target = '', addend, sign, value = ''] =
      /^([#\w]+) = (?:([#\w]+) ([+-]) )?(:\w+)$/.exec(clause) ?? [];
    if (!target) throw new Error(`The fake does not understand the update ${clause}`);
    const given = operand(value, names);
    if (addend === undefined) {
      after[path(target, names)] = given;
      continue;
    }
    const before = row[path(addend, names)];
    if (typeof before !== 'number' || typeof given !== 'number') throw new OperandError(clause);
    after[path(target, names)] = sign === '-' ? before - given : before + given;
  }
  return after;
};

/** DynamoDB refuses names and values that no expression uses. */
export const unused = (names: Expressions, ...expressions: (string | undefined)[]): string[] => {
  const text = expressions.join(' ');
  return [
    ...Object.keys(names.ExpressionAttributeNames ?? {}),
    ...Object.keys(names.ExpressionAttributeValues ?? {}),
  ].filter((name) => !new RegExp(`${name}\\b`).test(text));
};
