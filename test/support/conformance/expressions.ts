/** Random expressions of every form that the project uses, and of some more forms. */
import fc from 'fast-check';

/**
 * A part of an expression. `?` stands for the next of the values, and `@` before a name for a
 * placeholder of that name.
 */
export type Piece = { readonly text: string; readonly values: readonly unknown[] };

type Written = {
  readonly texts: readonly (string | undefined)[];
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
};

/** Expressions of one request with the placeholders that they share. */
export const write = (...pieces: readonly (Piece | undefined)[]): Written => {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const texts = pieces.map((piece) => {
    const left = [...(piece?.values ?? [])];
    return piece?.text
      .replaceAll(/@(\w+)/g, (_, name: string) => {
        names[`#${name}`] = name;
        return `#${name}`;
      })
      .replaceAll('?', () => {
        const placeholder = `:v${Object.keys(values).length}`;
        values[placeholder] = left.shift();
        return placeholder;
      });
  });
  return {
    texts,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
};

const ATTRIBUTES = ['units', 'label', 'team', 'score', 'mark', 'since', 'extra'];
const attribute = fc.constantFrom(
  ...ATTRIBUTES,
  '@units',
  '@team',
  'id',
  'holder',
  'detail',
  'detail.weight',
  '@detail.@weight',
  'series',
  'series[0]',
  'series[1]',
);

export const number = fc.constantFrom(-3, 0, 1, 2, 5, 10);
export const string = fc.constantFrom('a', 'ab', 'abc', 'b', 'ä', '5', '\u{1f600}', '\uff5e');
const scalar = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 4, arbitrary: string },
  fc.boolean(),
);
const collection = fc.constantFrom<unknown>([], [1, 'a'], {}, { weight: 2 }, { weight: 'a' }, null);
export const value = fc.oneof({ weight: 8, arbitrary: scalar }, collection);

const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

const ordered = fc
  .oneof(fc.tuple(number, number), fc.tuple(string, string))
  .map(([a, b]) => (a < b ? [a, b] : [b, a]));

const leaf = (path: fc.Arbitrary<string>): fc.Arbitrary<Piece> =>
  fc.oneof(
    path.map((one) => ({ text: `attribute_exists(${one})`, values: [] })),
    path.map((one) => ({ text: `attribute_not_exists(${one})`, values: [] })),
    fc
      .tuple(path, comparator, scalar)
      .filter(([, sign, one]) => typeof one !== 'boolean' || sign === '=' || sign === '<>')
      .map(([one, sign, wanted]) => ({ text: `${one} ${sign} ?`, values: [wanted] })),
    fc
      .tuple(path, fc.constantFrom('=', '<>'), collection)
      .map(([one, sign, wanted]) => ({ text: `${one} ${sign} ?`, values: [wanted] })),
    fc
      .tuple(path, comparator, path)
      .map(([one, sign, other]) => ({ text: `${one} ${sign} ${other}`, values: [] })),
    fc
      .tuple(path, string)
      .map(([one, part]) => ({ text: `begins_with(${one}, ?)`, values: [part] })),
    fc.tuple(path, scalar).map(([one, part]) => ({ text: `contains(${one}, ?)`, values: [part] })),
    fc
      .tuple(path, ordered)
      .map(([one, [low, high]]) => ({ text: `${one} BETWEEN ? AND ?`, values: [low, high] })),
    fc
      .tuple(path, scalar, scalar)
      .map(([one, a, b]) => ({ text: `${one} IN (?, ?)`, values: [a, b] })),
    fc
      .tuple(path, comparator, number)
      .map(([one, sign, wanted]) => ({ text: `size(${one}) ${sign} ?`, values: [wanted] })),
  );

const joined = (word: string, left: Piece, right: Piece): Piece => ({
  text: `${left.text} ${word} ${right.text}`,
  values: [...left.values, ...right.values],
});

const conditionOn = (path: fc.Arbitrary<string>): fc.Arbitrary<Piece> =>
  fc.letrec<{ tree: Piece }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: leaf(path) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('AND', 'OR'), tie('tree'), tie('tree'))
          .map(([word, left, right]) => joined(word, left, right)),
      },
      tie('tree').map(({ text, values }) => ({ text: `NOT (${text})`, values })),
      tie('tree').map(({ text, values }) => ({ text: `(${text})`, values })),
    ),
  })).tree;

export const condition = conditionOn(attribute);

/** A filter of these attributes, or sometimes of any attribute. */
export const filterOf = (...paths: readonly string[]): fc.Arbitrary<Piece> =>
  fc.oneof(
    { weight: 15, arbitrary: conditionOn(fc.constantFrom(...paths)) },
    conditionOn(attribute),
  );

const TARGETS = ['units', '@units', 'extra', 'label', 'team', 'score', 'mark', 'since'];

const target = fc.constantFrom(...TARGETS, 'detail.weight', 'series[0]');

/** An index beyond the end of a list removes nothing. (dynoxide would fill the list up to it.) */
const removable = fc.oneof({ weight: 8, arbitrary: target }, fc.constant('series[7]'));

/** The value that an attribute may get: for index keys mostly one that the index accepts. */
const fitting = (name: string): fc.Arbitrary<unknown> => {
  if (name === 'score') return fc.oneof({ weight: 9, arbitrary: number }, string);
  if (['label', 'team', 'mark', 'since'].includes(name)) {
    return fc.oneof({ weight: 9, arbitrary: string as fc.Arbitrary<unknown> }, number);
  }
  return value;
};

const assignment = target.chain((name): fc.Arbitrary<{ name: string; piece: Piece }> => {
  const assigned = (right: fc.Arbitrary<Piece>) =>
    right.map(({ text, values }) => ({ name, piece: { text: `${name} = ${text}`, values } }));
  return fc.oneof(
    { weight: 4, arbitrary: assigned(fitting(name).map((one) => ({ text: '?', values: [one] }))) },
    assigned(fitting(name).map((one) => ({ text: `if_not_exists(${name}, ?)`, values: [one] }))),
    assigned(
      fc
        .tuple(attribute, fc.constantFrom('+', '-'), number)
        .map(([other, sign, by]) => ({ text: `${other} ${sign} ?`, values: [by] })),
    ),
    assigned(
      fc.tuple(number, number).map(([from, by]) => ({
        text: `if_not_exists(units, ?) + ?`,
        values: [from, by],
      })),
    ),
    assigned(attribute.map((other) => ({ text: other, values: [] }))),
    assigned(fc.constant({ text: 'list_append(series, ?)', values: [['new']] })),
  );
});

const list = (word: string, pieces: readonly Piece[]): Piece[] =>
  pieces.length === 0
    ? []
    : [
        {
          text: `${word} ${pieces.map(({ text }) => text).join(', ')}`,
          values: pieces.flatMap(({ values }) => values),
        },
      ];

const plainName = (path: string): string => path.replaceAll('@', '').replace(/[.[].*/, '');

export const update: fc.Arbitrary<Piece> = fc
  .tuple(
    fc.array(assignment, { maxLength: 3 }),
    fc.array(removable, { maxLength: 2 }),
    fc.array(fc.tuple(fc.constantFrom('units', 'extra'), number), { maxLength: 1 }),
  )
  .map(([set, remove, add]) => {
    const seen = new Set<string>();
    const isNew = (path: string): boolean => {
      const name = plainName(path);
      return !seen.has(name) && Boolean(seen.add(name));
    };
    const parts = [
      ...list(
        'SET',
        set.filter(({ name }) => isNew(name)).map(({ piece }) => piece),
      ),
      ...list(
        'REMOVE',
        remove.filter(isNew).map((text) => ({ text, values: [] })),
      ),
      ...list(
        'ADD',
        add
          .filter(([name]) => isNew(name))
          .map(([name, by]) => ({ text: `${name} ?`, values: [by] })),
      ),
    ];
    return {
      text: parts.map(({ text }) => text).join(' '),
      values: parts.flatMap(({ values }) => values),
    };
  })
  .filter(({ text }) => text !== '');
