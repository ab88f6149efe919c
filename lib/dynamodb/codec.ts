/** A row of a table, as plain JavaScript values. */
export type Item = Readonly<Record<string, unknown>>;

/**
 * A row that this system cannot have written. The message names the row and what is wrong with it,
 * without its texts, since errors are logged.
 */
export class DamagedItemError extends Error {
  override readonly name = 'DamagedItemError';
}

/** What is wrong with a value, and its path in the row. */
class Damage extends Error {
  readonly path: string;

  constructor(path: string, what: string) {
    super(what);
    this.path = path;
  }
}

/** Reads one attribute's value. */
type Reader<Value> = (value: unknown, path: string) => Value;

type Field<Value, IsOptional extends boolean> = {
  readonly isOptional: IsOptional;
  readonly read: Reader<Value>;
};

/** Every attribute of a type exactly once: a missing or unknown one does not compile. */
type Fields<T> = {
  readonly [Name in keyof T]-?: Field<
    Exclude<T[Name], undefined>,
    Record<never, never> extends Pick<T, Name> ? true : false
  >;
};

const required = <Value>(read: Reader<Value>): Field<Value, false> => ({
  isOptional: false,
  read,
});

const optional = <Value>(read: Reader<Value>): Field<Value, true> => ({ isOptional: true, read });

const text: Reader<string> = (value, path) => {
  if (typeof value !== 'string') throw new Damage(path, 'is no text');
  return value;
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** ISO 8601, UTC, with milliseconds, because times are compared as text. */
const time: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || !TIME.test(value) || Number.isNaN(Date.parse(value))) {
    throw new Damage(path, 'is no time');
  }
  return value;
};

const integer: Reader<number> = (value, path) => {
  if (!Number.isSafeInteger(value)) throw new Damage(path, 'is no whole number');
  return value as number;
};

const oneOf =
  <const Value extends string | boolean>(values: readonly Value[]): Reader<Value> =>
  (value, path) => {
    if (!values.includes(value as Value)) throw new Damage(path, `is none of ${values.join(', ')}`);
    return value as Value;
  };

const listOf =
  <Value>(read: Reader<Value>): Reader<readonly Value[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new Damage(path, 'is no list');
    return value.map((element, index) => read(element, `${path}[${index}]`));
  };

const record =
  <T>(fields: Fields<T>): Reader<T> =>
  (value, path) => {
    if (typeof value !== 'object' || value === null) throw new Damage(path, 'is no record');
    return readFields(fields, value as Item, `${path}.`);
  };

const readFields = <T>(fields: Fields<T>, item: Item, prefix: string): T => {
  const values: Record<string, unknown> = {};
  for (const name in fields) {
    const { isOptional, read } = fields[name];
    const value = item[name];
    if (value !== undefined) values[name] = read(value, prefix + name);
    else if (!isOptional) throw new Damage(prefix + name, 'is missing');
  }
  return values as T;
};

/** Texts under names of the shop's own choice, which may be as private as the texts: no error has them. */
const texts: Reader<Readonly<Record<string, string>>> = (value, path) => {
  if (typeof value !== 'object' || value === null) throw new Damage(path, 'is no record');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, text(each, path)]));
};

/** The kinds of attributes. */
export const kinds = { required, optional, text, time, integer, oneOf, listOf, record, texts };

/** Converts between a type of the domain and the rows of its table. */
export type Codec<T> = {
  /**
   * Reads a row. It ignores attributes that the type does not have.
   *
   * @throws DamagedItemError which names the row and the attribute
   */
  readonly fromItem: (item: Item) => T;
  /** The attributes that `value` has, by name. */
  readonly toItem: (value: T) => Record<string, unknown>;
  /** All attributes of the type. */
  readonly names: readonly string[];
  /** Attributes that a row may lack. */
  readonly optionalNames: readonly string[];
};

/**
 * @param kind the name of a row in errors
 * @param key the attributes that identify a row
 */
export const codec = <T extends object>(
  kind: string,
  key: readonly (keyof T & string)[],
  fields: Fields<T>,
): Codec<T> => {
  const names = Object.keys(fields) as (keyof T & string)[];
  return {
    fromItem: (item) => {
      try {
        return readFields(fields, item, '');
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        const row = [kind, ...key.map((name) => String(item[name]))].join(' ');
        throw new DamagedItemError(`${row} is damaged: ${error.path} ${error.message}`);
      }
    },
    toItem: (value) => {
      const item: Record<string, unknown> = {};
      for (const name of names) if (value[name] !== undefined) item[name] = value[name];
      return item;
    },
    names,
    optionalNames: names.filter((name) => fields[name].isOptional),
  };
};
