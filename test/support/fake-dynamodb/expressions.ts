/** The expressions of requests. Each text is parsed once; placeholders are checked every time. */
import { invalid } from './errors.ts';
import {
  type Condition,
  type Path,
  readCondition,
  readPaths,
  readUpdate,
  type Update,
} from './expression-grammar.ts';
import { createReader, type Reader } from './expression-reader.ts';
import type { Row } from './values.ts';

/** The values of the placeholders of a request. */
export type Placeholders = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Row> | undefined;
};

export type Parsed<Tree> = { readonly tree: Tree; readonly placeholders: ReadonlySet<string> };

const remembering = <Tree>(read: (reader: Reader) => Tree) => {
  const known = new Map<string, Parsed<Tree>>();
  return (text: string): Parsed<Tree> => {
    const before = known.get(text);
    if (before) return before;
    const reader = createReader(text);
    const tree = read(reader);
    if (!reader.isAtEnd()) throw invalid(`nothing may follow at ${reader.peek().text}`);
    const parsed = { tree, placeholders: reader.placeholders };
    known.set(text, parsed);
    return parsed;
  };
};

const parse = {
  condition: remembering<Condition>(readCondition),
  update: remembering<Update>(readUpdate),
  projection: remembering<Path[]>(readPaths),
} as const;

/** The expressions that a request can have. */
type Texts = Placeholders & {
  readonly ConditionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
};

export type Trees = {
  readonly condition?: Condition;
  readonly keyCondition?: Condition;
  readonly filter?: Condition;
  readonly update?: Update;
  readonly projection?: readonly Path[];
};

/**
 * The expressions of a request as trees.
 *
 * @throws FakeError when one is invalid, or when placeholders are undefined or unused
 */
export const readExpressions = (request: Texts): Trees => {
  const read = <Tree>(
    parseOne: (text: string) => Parsed<Tree>,
    text: string | undefined,
  ): Parsed<Tree> | undefined => (text === undefined ? undefined : parseOne(text));
  const condition = read(parse.condition, request.ConditionExpression);
  const keyCondition = read(parse.condition, request.KeyConditionExpression);
  const filter = read(parse.condition, request.FilterExpression);
  const update = read(parse.update, request.UpdateExpression);
  const projection = read(parse.projection, request.ProjectionExpression);
  checkPlaceholders(
    request,
    [condition, keyCondition, filter, update, projection].filter((one) => one !== undefined),
  );
  return {
    ...(condition && { condition: condition.tree }),
    ...(keyCondition && { keyCondition: keyCondition.tree }),
    ...(filter && { filter: filter.tree }),
    ...(update && { update: update.tree }),
    ...(projection && { projection: projection.tree }),
  };
};

const checkPlaceholders = (
  { ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Placeholders,
  expressions: readonly Pick<Parsed<unknown>, 'placeholders'>[],
): void => {
  for (const given of [names, values]) {
    if (given && Object.keys(given).length === 0) throw invalid('placeholders must not be empty');
    for (const placeholder in given) {
      if (!expressions.some(({ placeholders }) => placeholders.has(placeholder))) {
        throw invalid(`${placeholder} is not used`);
      }
    }
  }
  for (const { placeholders } of expressions) {
    for (const placeholder of placeholders) {
      const given = placeholder.startsWith('#') ? names : values;
      if (given?.[placeholder] === undefined) throw invalid(`${placeholder} is not defined`);
    }
  }
};
