/** The streams of the tables, as Lambda brings them, from what transactions have written. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import type { Order } from '../../lib/domain/order.ts';
import type { Product } from '../../lib/domain/product.ts';
import { orders, products } from '../../lib/dynamodb/items.ts';
import { NOW, TABLES } from './builders.ts';
import type { Row, Written } from './fake-dynamodb.ts';

/** DynamoDB's sequence numbers are larger than what a number of JavaScript can be. */
const FIRST_NUMBER = 111_000_000_000_000_000_000_000n;

export const sequenceNumber = (index: number): string => String(FIRST_NUMBER + BigInt(index));

const image = (row: Row | undefined) =>
  row && (marshall(row, { removeUndefinedValues: true }) as StreamRecord['NewImage']);

/** A record of a stream; its place there gives it its sequence number. */
export const streamRecord = (
  { table, before, after }: Written,
  index: number,
  at = NOW,
): DynamoDBRecord => {
  const [old, now] = [image(before), image(after)];
  return {
    eventID: `event-${index}`,
    eventName: !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE',
    eventSourceARN: `arn:aws:dynamodb:us-east-1:123456789012:table/${table}/stream/2026-03-01T00:00:00.000`,
    dynamodb: {
      // Whole seconds, as from AWS.
      ApproximateCreationDateTime: Math.floor(Date.parse(at) / 1_000),
      Keys: { id: { S: String((after ?? before)?.id) } },
      ...(old && { OldImage: old }),
      ...(now && { NewImage: now }),
      SequenceNumber: sequenceNumber(index),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
};

export const orderRecord = (
  change: { readonly before?: Order; readonly after?: Order },
  index = 0,
  at?: string,
): DynamoDBRecord =>
  streamRecord(
    {
      table: TABLES.orders,
      before: change.before && orders.toItem(change.before),
      after: change.after && orders.toItem(change.after),
    },
    index,
    at,
  );

export const productRecord = (
  change: { readonly before?: Product; readonly after?: Product },
  index = 0,
): DynamoDBRecord =>
  streamRecord(
    {
      table: TABLES.products,
      before: change.before && products.toItem(change.before),
      after: change.after && products.toItem(change.after),
    },
    index,
  );

/** Records everything that is committed. */
export const createStreams = () => {
  const records: DynamoDBRecord[] = [];
  return {
    records: records as readonly DynamoDBRecord[],
    /** For the fake DynamoDB. A row that a transaction only checks is in no stream. */
    committed: (writes: readonly Written[]): void => {
      for (const written of writes) {
        const hasStream = [TABLES.orders, TABLES.products].includes(written.table);
        if (hasStream) records.push(streamRecord(written, records.length));
      }
    },
  };
};
