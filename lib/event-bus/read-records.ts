/** Reads what Lambda brings from the streams of the tables. */
import type { DynamoDBRecord } from 'aws-lambda';
import { type Image, orderOf, productOf } from '../dynamodb/images.ts';
import { type CloudEvent, orderEvent, productEvent } from '../events/cloud-event.ts';
import type { StreamRecord } from '../events/publish.ts';
import { textFrom } from '../settings.ts';

/** How the records of one table are read. */
type Reader = {
  readonly kind: 'order' | 'product';
  readonly eventOf: (change: Images, sequenceNumber: string) => CloudEvent | undefined;
};

type Images = { readonly before?: Image | undefined; readonly after: Image };

/** Reads the records of a batch, in their sequence. Never throws because of what a row contains. */
export type ReadRecords = (records: readonly DynamoDBRecord[]) => StreamRecord[];

/** @throws Error when the environment does not name the tables */
export const recordReader = (env: NodeJS.ProcessEnv): ReadRecords => {
  const readers = new Map([
    [textFrom(env, 'ORDERS_TABLE'), ORDERS],
    [textFrom(env, 'PRODUCTS_TABLE'), PRODUCTS],
  ]);
  return (records) =>
    records.map((record) => {
      const reader = readers.get(tableOf(record));
      if (!reader) throw new Error(`A record of another table: ${record.eventSourceARN}`);
      return read(reader, record);
    });
};

const ORDERS: Reader = {
  kind: 'order',
  eventOf: ({ before, after }) =>
    orderEvent({ before: before && orderOf(before), after: orderOf(after) }),
};

const PRODUCTS: Reader = {
  kind: 'product',
  eventOf: ({ before, after }, sequenceNumber) =>
    productEvent({ before: before && productOf(before), after: productOf(after) }, sequenceNumber),
};

/** The name in `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<time>`. */
const tableOf = ({ eventSourceARN = '' }: DynamoDBRecord): string =>
  eventSourceARN.split('/')[1] ?? '';

const read = (reader: Reader, { dynamodb = {} }: DynamoDBRecord): StreamRecord => {
  const { Keys, OldImage: before, NewImage: after, ApproximateCreationDateTime: at = 0 } = dynamodb;
  const sequenceNumber = dynamodb.SequenceNumber ?? '';
  const record = {
    sequenceNumber,
    aggregate: `${reader.kind}.${Keys?.id?.S}`,
    committedAt: at * 1_000,
  };
  // A deleted row tells nothing: an order that can be deleted was cancelled before, or never placed.
  if (!after) return record;
  const correlationId = after.correlationId?.S;
  const found = { ...record, ...(correlationId !== undefined && { correlationId }) };
  try {
    return { ...found, event: reader.eventOf({ before, after }, sequenceNumber) };
  } catch (error) {
    return { ...found, damage: String((error as Error).message) };
  }
};
