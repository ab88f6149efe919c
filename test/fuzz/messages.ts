/** Batches of the cancellation queue: valid messages among spoilt ones. */
import type { SQSRecord } from 'aws-lambda';
import fc, { type Arbitrary } from 'fast-check';
import { createBatch } from '../../lib/http/operations/create-batch.ts';
import { sqsEvent } from '../support/unit-events.ts';
import {
  type Damage,
  damaged,
  type Edit,
  edited,
  fitting,
  HUGE,
  someDamage,
  someEdit,
  someId,
} from './json.ts';
import type { Memory } from './memory.ts';
import { bodySchemaOf } from './requests.ts';

/** A message as it is thrown. */
export type Message = {
  /** Whether it asks for something that the queue does; absent where only the reader can tell. */
  readonly isValid?: boolean;
  /** `{{3}}` for an order's id stands for the third latest order of the shop. */
  readonly content: unknown;
  readonly edits?: readonly Edit[];
  readonly damage?: Damage;
  /** How many envelopes of SNS are around it. */
  readonly envelopes: number;
  readonly receives: number;
  /** Fields of the record that are not what SQS makes them. */
  readonly record?: Readonly<Record<string, unknown>>;
};

/** What a message has beside its order: what a bulk request hands on. A dry run is never sent. */
const { orderIds: _, dryRun: __, ...details } = bodySchemaOf(createBatch)?.properties ?? {};

const someReceives = fc.integer({ min: 1, max: 5 });
const someOrder = fc.oneof(
  { arbitrary: fc.nat({ max: 19 }).map((number) => `{{${number}}}`), weight: 1 },
  { arbitrary: someId, weight: 4 },
  { arbitrary: fc.constantFrom(0, -0, 4711, 2 ** 53 - 1), weight: 1 },
);

const content = fc.record(
  {
    orderId: someOrder,
    ...Object.fromEntries(
      Object.entries(details).map(([name, each]) => [name, fitting(each, name)]),
    ),
    items: fc.constant(null),
    orderCreatedAt: fc.constantFrom(null, '', ' '),
    traceId: fc.json({ maxDepth: 1 }),
  },
  { requiredKeys: ['orderId'], noNullPrototype: true },
);

const NONSENSE: readonly unknown[] = [
  ...[null, true, 7, '', 'o1', [], [{ orderId: 'o1' }], {}],
  ...[null, '', '..', 'a/b', -1, 1.5, 2 ** 53, 1e21, true, ['o1'], {}].map((orderId) => ({
    orderId,
  })),
  ...[
    { items: [] },
    { dryRun: true },
    { graceSeconds: -1 },
    { onlyIf: 'confirmed' },
    { note: '\0' },
  ].map((more) => ({ orderId: 'mug', ...more })),
  { orderId: 'mug', Type: 'Notification', Message: '{"orderId":"cup"}', note: 7 },
  { Type: 'Notification' },
  { Type: 'Notification', Message: 7 },
  { Type: 'SubscriptionConfirmation', Message: '{"orderId":"mug"}' },
];

const someMessage: Arbitrary<Message> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      isValid: fc.constant(true),
      content,
      envelopes: fc.constantFrom(0, 0, 0, 1),
      receives: someReceives,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      isValid: fc.constant(false),
      content: fc.constantFrom(...NONSENSE),
      envelopes: fc.constantFrom(0, 1),
      receives: someReceives,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      isValid: fc.constant(false),
      content,
      envelopes: fc.constantFrom(2, 3),
      receives: someReceives,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        content,
        edits: fc.array(someEdit, { minLength: 1, maxLength: 2 }),
        damage: fc.oneof(
          { weight: 200, arbitrary: someDamage },
          { weight: 1, arbitrary: fc.constant(HUGE) },
        ),
        envelopes: fc.constantFrom(0, 1),
        receives: someReceives,
        record: fc.constantFrom(
          ...[undefined, null, ''].map((body) => ({ body })),
          ...[undefined, null, {}, { ApproximateReceiveCount: 'x' }].map((attributes) => ({
            attributes,
          })),
          { messageAttributes: null, eventSource: undefined, md5OfBody: null },
        ),
      },
      { requiredKeys: ['content', 'edits', 'envelopes', 'receives'] },
    ),
  },
);

/** Batches, mostly small, in which some messages come twice. */
export const someBatch: Arbitrary<readonly Message[]> = fc.oneof(
  { weight: 20, arbitrary: fc.array(someMessage, { maxLength: 8, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(someMessage, { maxLength: 60, size: 'max' }) },
  { weight: 4, arbitrary: fc.array(someMessage, { maxLength: 4 }).map((one) => [...one, ...one]) },
);

/** The record that Lambda hands over for each message. */
export const toRecords = (messages: readonly Message[], memory: Memory): SQSRecord[] => {
  const bodies = messages.map(({ content, edits = [], damage, envelopes }) => {
    const text = edited(named(content, memory), edits);
    let body = damage ? damaged(text, damage).toString() : text;
    for (let count = 0; count < envelopes; count += 1) {
      body = JSON.stringify({ Type: 'Notification', MessageId: 'x', Message: body });
    }
    return body;
  });
  return sqsEvent(...bodies).Records.map((record, index) => {
    const { receives, record: odd } = messages[index] as Message;
    const attributes = { ...record.attributes, ApproximateReceiveCount: String(receives) };
    return { ...record, attributes, ...odd } as SQSRecord;
  });
};

const named = (content: unknown, memory: Memory): unknown => {
  const { orderId } = (content ?? {}) as { readonly orderId?: unknown };
  const number = String(orderId).match(/^\{\{(\d+)\}\}$/)?.[1];
  if (number === undefined) return content;
  return { ...(content as object), orderId: memory.name('orderId', Number(number)) ?? 'mug' };
};
