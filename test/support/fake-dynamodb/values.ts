/** Attribute values as the document client has them, with DynamoDB's types, order and sizes. */

/** The attributes of an item by name, in plain JavaScript values. */
export type Row = Record<string, unknown>;

/** DynamoDB's types, as far as the project stores any: no sets, no binary. */
export type Kind = 'S' | 'N' | 'BOOL' | 'NULL' | 'L' | 'M';

/** @throws Error for a type that the project does not store */
export const kindOf = (value: unknown): Kind => {
  switch (typeof value) {
    case 'string':
      return 'S';
    case 'number':
    case 'bigint':
      return 'N';
    case 'boolean':
      return 'BOOL';
    case 'object':
      if (value === null) return 'NULL';
      if (Array.isArray(value)) return 'L';
      if (Object.prototype.toString.call(value) === '[object Object]') return 'M';
  }
  throw new Error(`The fake DynamoDB knows no values like ${String(value)}.`);
};

export const isMap = (value: unknown): value is Row => value !== undefined && kindOf(value) === 'M';

/** Whether two values are equal, in type and in contents. */
export const isEqual = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => isEqual(item, other[at]));
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) return false;
  const [left, right] = [one as Row, other as Row];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => name in right && isEqual(left[name], right[name]))
  );
};

/** The rank of a code unit in the order of UTF-8: surrogates come after all other code units. */
const rankOf = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
};

/** DynamoDB orders strings by their bytes in UTF-8, which is not how JavaScript orders them. */
const compareStrings = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return one.length - other.length;
};

/** The order of two strings or two numbers; undefined for other values. */
export const compare = (one: unknown, other: unknown): number | undefined => {
  if (typeof one === 'string' && typeof other === 'string') return compareStrings(one, other);
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return undefined;
};

/** A deep copy. Undefined values are left out, as the document client does. */
export const copyOf = (row: Row): Row => {
  const copied: Row = {};
  for (const name in row) {
    if (row[name] !== undefined) copied[name] = copyOfValue(row[name]);
  }
  return copied;
};

const copyOfValue = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return kindOf(value) === 'L' ? (value as unknown[]).map(copyOfValue) : copyOf(value as Row);
};

/** Bytes of a list or a map itself, and of each element in it. */
const COLLECTION = 3;
const ELEMENT = 1;

/**
 * Bytes of an item as DynamoDB counts them: the names and the values of its attributes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const sizeOf = (row: Row): number => {
  let size = 0;
  for (const name in row) {
    if (row[name] !== undefined) size += Buffer.byteLength(name) + sizeOfValue(row[name]);
  }
  return size;
};

/** The same for a stored row, which never changes: counted once. */
export const sizeOfStored = (row: Row): number => {
  const size = sizes.get(row) ?? sizeOf(row);
  sizes.set(row, size);
  return size;
};

const sizes = new WeakMap<Row, number>();

export const sizeOfValue = (value: unknown): number => {
  switch (kindOf(value)) {
    case 'S':
      return Buffer.byteLength(value as string);
    case 'N':
      return sizeOfNumber(Number(value));
    case 'L':
      return (value as unknown[]).reduce<number>(
        (size, one) => size + ELEMENT + sizeOfValue(one),
        COLLECTION,
      );
    case 'M':
      return COLLECTION + ELEMENT * Object.keys(value as Row).length + sizeOf(value as Row);
    default:
      return 1;
  }
};

/**
 * A byte for each two digits, counted from the decimal point, without zeros at the ends; one more,
 * and one for the sign of a negative number. The documentation says "approximately"; DynamoDB Local
 * counts like this.
 */
const sizeOfNumber = (number: number): number => {
  // Most numbers are small counts, which need no text.
  if (number > 0 && number < 10 && Number.isInteger(number)) return 2;
  if (number === 0) return 1;
  const [digits = '', exponent] = Math.abs(number).toExponential().split('e');
  const first = Number(exponent);
  const last = first - digits.replace('.', '').length + 1;
  const pairs = Math.floor(first / 2) - Math.floor(last / 2) + 1;
  return pairs + (number < 0 ? 2 : 1);
};
