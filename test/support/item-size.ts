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
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.L) return value.L.reduce((size, one) => size + ELEMENT + sizeOf(one), COLLECTION);
  if (value.M) {
    return COLLECTION + ELEMENT * Object.keys(value.M).length + sizeOfItem(value.M);
  }
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  throw new Error(`Nothing of ours has an attribute like ${JSON.stringify(value)}`);
};

/** About one byte for two significant digits, and one more. */
const sizeOfNumber = (number: string): number => {
  const digits = number.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1;
};
