/** Which round of an order a message may cancel: one, and never one that began after it was sent. */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { Commit } from './database.ts';
import { type Content, isCancellation } from './deeds/deed.ts';
import type { OrderRow } from './laws.ts';
import { type AboutOrder, isOutdated, sentAtOf } from './work.ts';

/** A message of an invocation, and the order that it is about. */
type Message = { readonly id: string; readonly sentAt: string; readonly content: AboutOrder };

export const createRounds = (complain: (law: string, about: string) => void) => {
  const batches = new Map<string, readonly Message[]>();
  /** The order and the round that each message has cancelled. */
  const cancelled = new Map<string, OrderRow>();

  const check = (messages: readonly Message[], before: OrderRow): void => {
    const { id, createdAt, round } = before;
    const about = messages.filter(({ content }) => content.orderId === id);
    if (about.every(({ content, sentAt }) => isOutdated(content, sentAt, before))) {
      complain('once', `order ${id} is cancelled in round ${round}, for which nobody has asked`);
    }
    const [only, ...others] = about;
    // Of several messages about an order, nobody can tell which one did it.
    if (!only || others.length > 0 || only.content.items !== undefined) return;
    const earlier = cancelled.get(only.id);
    if (earlier?.createdAt === createdAt && earlier.round !== round) {
      complain(
        'once',
        `${only.id} cancels order ${id} in the rounds ${earlier.round} and ${round}`,
      );
    }
    cancelled.set(only.id, before);
  };

  return {
    /** An invocation of the queue function begins. */
    begin: (id: string, { Records }: SQSEvent): void => {
      const messages = Records.map(messageOf);
      // A call-off may cancel any order.
      if (!messages.includes(undefined))
        batches.set(
          id,
          messages.flatMap((one) => one ?? []),
        );
    },
    check: ({ by, writes }: Commit): void => {
      const messages = batches.get(by.id);
      if (!messages) return;
      for (const { table, before, after } of writes) {
        const [was, is] = [before, after] as [OrderRow | undefined, OrderRow | undefined];
        if (table === 'orders' && was && is && isCancelling(was, is)) check(messages, was);
      }
    },
  };
};

const messageOf = (record: SQSRecord): Message | undefined => {
  const content = JSON.parse(record.body) as Content;
  return 'callOff' in content
    ? undefined
    : { id: record.messageId, sentAt: sentAtOf(record), content };
};

/** Whether an order was cancelled, or a part of it. */
const isCancelling = (before: OrderRow, after: OrderRow): boolean =>
  isCancellation({ before, after }) ||
  after.movementReferences
    .slice(before.movementReferences.length)
    .some((reference) => /_cancellation_/.test(reference));
