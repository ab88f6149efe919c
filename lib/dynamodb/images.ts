/** What the stream of a table tells of its rows. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { Item } from './codec.ts';
import { orders, products } from './items.ts';
import { READING } from './reading.ts';

/** A row in the notation of DynamoDB, as it was before a commit or as it is after it. */
export type Image = Readonly<Record<string, unknown>>;

const rowOf = (image: Image): Item =>
  // Lambda's type differs in binary values only. No row has any.
  unmarshall(image as Record<string, AttributeValue>, { ...READING });

/** @throws Error when the image is not one of an order that this system can have written */
export const orderOf = (image: Image): Order => orders.fromItem(rowOf(image));

/** @throws Error when the image is not one of a product that this system can have written */
export const productOf = (image: Image): Product => products.fromItem(rowOf(image));
