/**
 * Bytes of an item as DynamoDB counts them: the names and the values of its attributes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type RawItem = Readonly<Record<string, AttributeValue>>;

export const sizeOfItem = (item: RawItem): number =>
  Object.entries(item).reduce((size, [name, value]) => size + bytes(name) + sizeOf(value), 0);

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Bytes of a list or a map itself, and of each element in it. */
const COLLECTION = 3;
const ELEMENT = 1;

const sizeOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return bytes(value.S);
  if (value.N !== undefined) return sizeOfNumber(Number(value.N));
  if (value.L) return value.L.reduce((size, one) => size + ELEMENT + sizeOf(one), COLLECTION);
  if (value.M) {
    return COLLECTION + ELEMENT * Object.keys(value.M).length + sizeOfItem(value.M);
  }
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  throw new Error(`Nothing of ours has an attribute like ${JSON.stringify(value)}`);
};

/**
 * A byte for each two digits, counted from the decimal point, without zeros at the ends; one more,
 * and one for the sign of a negative number. The documentation says "approximately"; DynamoDB Local
 * counts like this.
 */
const sizeOfNumber = (number: number): number => {
  if (number === 0) return 1;
  const [digits = '', exponent] = Math.abs(number).toExponential().split('e');
  const first = Number(exponent);
  const last = first - digits.replace('.', '').length + 1;
  const pairs = Math.floor(first / 2) - Math.floor(last / 2) + 1;
  return pairs + (number < 0 ? 2 : 1);
};
