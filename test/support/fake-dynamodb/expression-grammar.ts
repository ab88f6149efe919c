/**
 * DynamoDB's expressions as trees.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
import { invalid } from './errors.ts';
import type { Reader } from './expression-reader.ts';

/** Names, placeholders of names, and indexes of lists. */
export type Path = readonly (string | number)[];

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'value'; readonly placeholder: string }
  | { readonly type: 'size'; readonly path: Path }
  | { readonly type: 'if-not-exists'; readonly path: Path; readonly otherwise: Operand }
  | { readonly type: 'list-append'; readonly left: Operand; readonly right: Operand }
  | {
      readonly type: 'sum';
      readonly sign: 1 | -1;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Condition =
  | { readonly type: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'not'; readonly of: Condition }
  | {
      readonly type: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly type: 'between';
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly type: 'in'; readonly operand: Operand; readonly among: readonly Operand[] }
  | { readonly type: 'exists'; readonly path: Path; readonly wanted: boolean }
  | {
      readonly type: 'begins-with' | 'contains';
      readonly operand: Operand;
      readonly part: Operand;
    };

export type Assignment = { readonly path: Path; readonly value: Operand };

export type Update = {
  readonly set: readonly Assignment[];
  readonly add: readonly Assignment[];
  readonly remove: readonly Path[];
};

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

export const readCondition = (reader: Reader): Condition => {
  let left = readConjunction(reader);
  while (reader.takes('OR')) left = { type: 'or', left, right: readConjunction(reader) };
  return left;
};

const readConjunction = (reader: Reader): Condition => {
  let left = readNegation(reader);
  while (reader.takes('AND')) left = { type: 'and', left, right: readNegation(reader) };
  return left;
};

const readNegation = (reader: Reader): Condition => {
  if (reader.takes('NOT')) return { type: 'not', of: readNegation(reader) };
  if (!reader.takes('(')) return readFunction(reader) ?? readComparison(reader);
  const inner = readCondition(reader);
  reader.expect(')');
  if (inParentheses.has(inner)) throw invalid('parentheses around parentheses');
  inParentheses.add(inner);
  return inner;
};

/** Expressions with parentheses of their own: DynamoDB accepts no second pair. */
const inParentheses = new WeakSet<Condition>();

const readFunction = (reader: Reader): Condition | undefined => {
  for (const name of ['attribute_exists', 'attribute_not_exists'] as const) {
    if (!reader.calls(name)) continue;
    const path = readPath(reader);
    reader.expect(')');
    return { type: 'exists', path, wanted: name === 'attribute_exists' };
  }
  for (const name of ['begins_with', 'contains'] as const) {
    if (!reader.calls(name)) continue;
    const operand = readOperand(reader);
    reader.expect(',');
    const part = readOperand(reader);
    reader.expect(')');
    return { type: name === 'contains' ? 'contains' : 'begins-with', operand, part };
  }
  return undefined;
};

const readComparison = (reader: Reader): Condition => {
  const operand = readOperand(reader);
  if (reader.takes('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    return { type: 'between', operand, low, high: readOperand(reader) };
  }
  if (reader.takes('IN')) {
    reader.expect('(');
    const among = reader.list(() => readOperand(reader));
    reader.expect(')');
    return { type: 'in', operand, among };
  }
  const { text } = reader.next();
  if (!COMPARATORS.has(text)) throw invalid(`a comparison expected at ${text}`);
  return {
    type: 'compare',
    comparator: text as Comparator,
    left: operand,
    right: readOperand(reader),
  };
};

const readOperand = (reader: Reader): Operand => {
  if (reader.calls('size')) {
    const path = readPath(reader);
    reader.expect(')');
    return { type: 'size', path };
  }
  return readValue(reader) ?? { type: 'path', path: readPath(reader) };
};

const readValue = (reader: Reader): Operand | undefined =>
  reader.peek().type === 'value' ? { type: 'value', placeholder: reader.next().text } : undefined;

export const readPath = (reader: Reader): Path => {
  const path: (string | number)[] = [readName(reader)];
  for (;;) {
    if (reader.takes('.')) path.push(readName(reader));
    else if (reader.peek().type === 'index') path.push(Number(reader.next().text));
    else return path;
  }
};

const readName = (reader: Reader): string => {
  const { type, text } = reader.next();
  if (type !== 'word' && type !== 'name') throw invalid(`an attribute expected at ${text}`);
  return text;
};

export const readPaths = (reader: Reader): Path[] => reader.list(() => readPath(reader));

export const readUpdate = (reader: Reader): Update => {
  const update: { set?: Assignment[]; add?: Assignment[]; remove?: Path[] } = {};
  while (!reader.isAtEnd()) {
    if (update.set === undefined && reader.takes('SET')) {
      update.set = reader.list(() => readAssignment(reader));
    } else if (update.remove === undefined && reader.takes('REMOVE')) {
      update.remove = readPaths(reader);
    } else if (update.add === undefined && reader.takes('ADD')) {
      update.add = reader.list(() => readAddition(reader));
    } else {
      throw invalid(`an update cannot go on with ${reader.peek().text}`);
    }
  }
  const { set = [], add = [], remove = [] } = update;
  return { set, add, remove };
};

const readAssignment = (reader: Reader): Assignment => {
  const path = readPath(reader);
  reader.expect('=');
  const left = readSummand(reader);
  for (const [symbol, sign] of [
    ['+', 1],
    ['-', -1],
  ] as const) {
    if (reader.takes(symbol)) {
      return { path, value: { type: 'sum', sign, left, right: readSummand(reader) } };
    }
  }
  return { path, value: left };
};

const readSummand = (reader: Reader): Operand => {
  if (reader.calls('if_not_exists')) {
    const path = readPath(reader);
    reader.expect(',');
    const otherwise = readSummand(reader);
    reader.expect(')');
    return { type: 'if-not-exists', path, otherwise };
  }
  if (reader.calls('list_append')) {
    const left = readSummand(reader);
    reader.expect(',');
    const right = readSummand(reader);
    reader.expect(')');
    return { type: 'list-append', left, right };
  }
  return readValue(reader) ?? { type: 'path', path: readPath(reader) };
};

const readAddition = (reader: Reader): Assignment => {
  const path = readPath(reader);
  const value = readValue(reader);
  if (value === undefined) throw invalid('ADD needs a value');
  return { path, value };
};
