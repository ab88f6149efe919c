/** JSON as a schema wants it, and as somebody would send it who wants to break something. */
import fc, { type Arbitrary } from 'fast-check';

/** A JSON schema, as far as the description of the API has them. */
export type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Of a record: the schemas of its texts and of their names. */
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
};

/** Keywords that `fitting` understands: with another one, it would not know what is valid. */
const KEYWORDS =
  /^(type|anyOf|enum|pattern|m(in|ax)(Length|imum|Items)|items|properties|required|additionalProperties|propertyNames|description|format)$/;

/** Ids that are also words of JavaScript, numbers, or as long and as short as an id may be. */
const ODD_IDS = [...'constructor toString valueOf 4711 0 ... - A'.split(' '), 'x'.repeat(64)];

/** Products that a shop sells when it opens; the last hundred are for orders of many lines. */
export const PRODUCTS: readonly string[] = [
  ...['mug', 'cup', 'tea', ...ODD_IDS.slice(0, 4)],
  ...Array.from({ length: 100 }, (_, index) => `bulk${index}`),
];

export const someId: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...PRODUCTS.slice(0, 7)), weight: 30 },
  { arbitrary: fc.constantFrom(...PRODUCTS), weight: 10 },
  { arbitrary: fc.constantFrom('o1', 'o2', 'o3', ...ODD_IDS), weight: 2 },
  { arbitrary: fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/), weight: 1 },
);

const someMoment = fc
  .date({ min: new Date('2000-01-02'), max: new Date('9998-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString());

const BLANKS = [' ', '\t', '\n', '\r\n', '\u00a0', '\u2028', '\ufeff'];

/** Made once: it takes a while. */
const someCharacters = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const someSpecials = fc.string({
  unit: fc.constantFrom(...'"\\/<{é\u007f\u0085\u{10ffff}\ufffd', ...BLANKS),
  maxLength: 4,
});

/** Text that may be stored, of at most so many characters; some of it is blank where it may be. */
const someText = (minLength: number, maxLength: number): Arbitrary<string> =>
  fc.oneof(
    someCharacters,
    someSpecials.map((text) => ` ${text}x${text}`),
    fc.constantFrom(...(minLength === 0 ? ['', ...BLANKS] : ['__proto__', 'a\tb\r\nc'])),
    fc.constantFrom('x'.repeat(maxLength), '💥'.repeat(maxLength / 2)),
  );

const someInteger = ({ minimum = 0, maximum = 1_000 }: JsonSchema): Arbitrary<number> =>
  fc.oneof(
    { arbitrary: fc.integer({ min: minimum < 0 ? -9 : minimum, max: 9 }), weight: 8 },
    { arbitrary: fc.integer({ min: minimum, max: maximum }), weight: 1 },
    { arbitrary: fc.constantFrom(minimum, maximum), weight: 1 },
  );

/**
 * Values that fit a schema. Patterns of ids get ids that may exist.
 *
 * @throws Error for a schema that it does not understand, so that nothing goes without being fuzzed
 */
export const fitting = (schema: JsonSchema, name = '', ids = someId): Arbitrary<unknown> => {
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.test(keyword));
  if (unknown !== undefined) throw new Error(`The fuzzing knows no ${unknown} of ${name}`);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, name, ids)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => fitting({ ...schema, type }, name, ids)));
  }
  const { minLength = 0, maxLength = 100, minItems = 0, maxItems = 100 } = schema;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return someInteger(schema);
    case 'string':
      if (/ids?$/i.test(name)) return ids;
      if (schema.format === 'date-time') return someMoment;
      if (schema.format !== undefined) throw new Error(`The fuzzing knows no format of ${name}`);
      return schema.pattern === undefined
        ? someText(minLength, maxLength)
        : fc.stringMatching(new RegExp(schema.pattern));
    case 'array': {
      const upTo = (length: number, itemIds: Arbitrary<string>) =>
        fc.array(fitting(schema.items ?? {}, name, itemIds), {
          minLength: minItems,
          maxLength: Math.min(length, maxItems),
          size: 'max',
        });
      // Many items name many products, so that an order takes several transactions.
      return fc.oneof(
        { arbitrary: upTo(4, ids), weight: 60 },
        { arbitrary: upTo(200, fc.constantFrom(...PRODUCTS)), weight: 1 },
      );
    }
    case 'object': {
      const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
      if (propertyNames && typeof additionalProperties === 'object') {
        return fc.dictionary(fitting(propertyNames).map(String), fitting(additionalProperties), {
          maxKeys: 3,
          noNullPrototype: true,
        });
      }
      return fc.record(
        Object.fromEntries(
          Object.entries(properties).map(([key, each]) => [key, fitting(each, key, ids)]),
        ),
        { requiredKeys: [...required], noNullPrototype: true },
      );
    }
    default:
      throw new Error(`The fuzzing knows no type ${schema.type} of ${name}`);
  }
};

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const quoted = (text: string): string => JSON.stringify(text);

/** Text of these UTF-16 code units, among them halves of characters. */
const ofUnits = (units: readonly number[]): string => String.fromCharCode(...units);

const ODD_WORDS = [
  ...'. .. ../x a/b %2F %00 a%20b % ? # a_b 💥 é __proto__ NaN -0 1e21 null 1,2 $1 {{1}} ٣'.split(
    ' ',
  ),
  ...[
    '',
    ' ',
    "' OR 1=1",
    '\0',
    '\u001b[2J',
    '\ud800',
    '\udfff\ud800',
    '\ufffe',
    '\uffff',
    '\ufeff',
  ],
  ...[65, 256, 1_001].map((length) => 'x'.repeat(length)),
];

/** Text that cannot be stored, no name, no id, or not what it looks like. */
export const hostileText: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.array(fc.nat({ max: 0xffff }), { maxLength: 12 }).map(ofUnits), weight: 15 },
  { arbitrary: fc.constantFrom(...ODD_WORDS), weight: 30 },
  { arbitrary: fc.constantFrom('x'.repeat(70_000), '\ud800'.repeat(300)), weight: 1 },
);

const ODD_LITERALS = [
  ...'0 -0 1e0 1e9 1e21 1e400 -1e400 1.5 1e-7 9007199254740993 1000000001 -1 00 +1 0x10'.split(' '),
  ...'NaN Infinity undefined null true false [] {} [null] [[]] {"__proto__":1}'.split(' '),
  ...String.raw`'x' "\x" "\ud800" "\u0000" "\u002e\u002e"`.split(' '),
  ...['', '"\u2028"', '"a\nb"', '"\ud800"', '"\0"'],
];

const LARGE_LITERALS = [
  ...[nested(100), nested(20_000), `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ...[`[${Array(1_001).fill('"o1"').join()}]`, `[${Array(2_000).fill('{}').join()}]`],
];

const hostileLiteral: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...ODD_LITERALS), weight: 10 },
  { arbitrary: hostileText.map(quoted), weight: 10 },
  { arbitrary: fc.json({ maxDepth: 2 }), weight: 5 },
  { arbitrary: fc.constantFrom(...LARGE_LITERALS), weight: 1 },
);

const hostileKey: Arbitrary<string> = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'id', 'items', 'dryRun', ''),
  hostileText,
);

/** What is done to one value within a JSON text. */
export type Edit = {
  /** Which value, counted from the outside in; the count goes round. */
  readonly at: number;
  readonly how: 'replace' | 'wrap' | 'repeat' | 'add';
  readonly key: string;
  readonly literal: string;
};

export const someEdit: Arbitrary<Edit> = fc.record({
  at: fc.nat({ max: 12 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'wrap', 'repeat', 'add'),
  key: hostileKey,
  literal: hostileLiteral,
});

const changed = (text: string, { how, key, literal }: Edit): string => {
  const inner = text.slice(1, -1);
  const isObject = text.startsWith('{');
  const joined = (...parts: string[]): string => parts.filter(Boolean).join();
  switch (how) {
    case 'replace':
      return literal;
    case 'wrap':
      return `[${text}]`;
    case 'repeat':
      return isObject ? `{${joined(inner, inner)}}` : `[${text},${text}]`;
    case 'add':
      return isObject ? `{${joined(inner, `${quoted(key)}:${literal}`)}}` : literal;
  }
};

/** A value as JSON text in which some values are not what they were. */
export const edited = (value: unknown, edits: readonly Edit[]): string => {
  const count = nodesOf(value);
  let number = 0;
  const write = (node: unknown): string => {
    const own = number;
    number += 1;
    let text: string;
    if (Array.isArray(node)) text = `[${node.map(write).join()}]`;
    else if (node !== null && typeof node === 'object') {
      text = `{${Object.entries(node).map(([key, each]) => `${quoted(key)}:${write(each)}`)}}`;
    } else text = JSON.stringify(node) ?? 'null';
    return edits.filter(({ at }) => at % count === own).reduce(changed, text);
  };
  return write(value);
};

const nodesOf = (value: unknown): number =>
  value !== null && typeof value === 'object'
    ? Object.values(value).reduce<number>((sum, each) => sum + nodesOf(each), 1)
    : 1;

/** What is done to a text after it was written. */
export type Damage = {
  readonly how: 'none' | 'prefix' | 'cut' | 'insert' | 'byte' | 'pad';
  readonly at: number;
  readonly what: string;
};

const NO_DAMAGE: Damage = { how: 'none', at: 0, what: '' };

/** None, mostly. */
export const someDamage: Arbitrary<Damage> = fc.oneof(
  { arbitrary: fc.constant(NO_DAMAGE), weight: 3 },
  {
    arbitrary: fc.record({
      how: fc.constantFrom('prefix', 'cut', 'insert', 'byte'),
      at: fc.nat({ max: 200 }),
      what: fc.constantFrom('\ufeff', '\ufeff\ufeff', ' \n\t', '\0', ',', '}', '"', '\ud800', 'é'),
    }),
    weight: 2,
  },
);

/** A text that is larger than any body or message may be. */
export const HUGE: Damage = { how: 'pad', at: 0, what: ' '.repeat(1_100_000) };

/** The bytes of a text after the damage. */
export const damaged = (text: string, { how, at, what }: Damage): Buffer => {
  const place = at % (text.length + 1);
  switch (how) {
    case 'none':
      return Buffer.from(text);
    case 'prefix':
    case 'pad':
      return Buffer.from(what + text);
    case 'cut':
      return Buffer.from(text.slice(0, place));
    case 'insert':
      return Buffer.from(text.slice(0, place) + what + text.slice(place));
    case 'byte': {
      const bytes = Buffer.from(text);
      // Begins a character, or ends one that never began: what follows does not fit.
      if (bytes.length > 0) bytes[place % bytes.length] = at % 2 === 0 ? 0xed : 0x80;
      return bytes;
    }
  }
};
