/** SQS in a simulated world, and the trigger that hands its messages to the queue function. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { sqsEvent } from '../support/unit-events.ts';
import { BEGINNING } from './database.ts';
import type { Content } from './deeds/deed.ts';
import type { Ending } from './lambda.ts';
import type { Service } from './network.ts';
import { QUEUE_FAULTS } from './swarm.ts';
import { nameOf } from './work.ts';
import { comes, type World } from './world.ts';

/** As serverless.yml has them. */
const VISIBILITY_MS = 360_000;
const MOST_RECEIVES = 15;
const WINDOW_MS = 1_000;

/** Parts of a share that is drawn. */
const FINE = 2 ** 20;

export type Message = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
  visibleAt: number;
  receipt: string;
  isDeleted: boolean;
};

type SendInput = { readonly Entries: readonly { Id: string; MessageBody: string }[] };

type VisibilityInput = {
  readonly Entries: readonly { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[];
};

type Invoke = (id: string, event: SQSEvent, ended: (ending: Ending) => void) => void;

export const createQueue = (world: World, invoke: Invoke) => {
  const { scheduler, chance, swarm, history } = world;
  let messages: Message[] = [];
  /** What was sent about each order and each call-off, and when. */
  const sentFor = new Map<string, { readonly content: Content; readonly at: number }[]>();
  const dead: Message[] = [];
  let sent = 0;
  let invocations = 0;
  let busy = 0;
  let alarm: { readonly at: number; readonly cancel: () => void } | undefined;

  const put = (body: string): void => {
    sent += 1;
    const content = JSON.parse(body) as Content;
    const name = nameOf(content);
    const before = sentFor.get(name) ?? [];
    sentFor.set(name, [...before, { content, at: scheduler.now() }]);
    messages.push({
      // It keeps its name when other orders are left out.
      id: `${name}.m${before.length + 1}`,
      body,
      sentAt: BEGINNING + scheduler.now(),
      receives: 0,
      visibleAt: scheduler.now(),
      receipt: '',
      isDeleted: false,
    });
    wake();
  };

  /** Looks again when the next message can be seen. */
  const wake = (): void => {
    if (busy >= swarm.workers) return;
    const first = messages.reduce(
      (least, { visibleAt }) => Math.min(least, visibleAt),
      Number.POSITIVE_INFINITY,
    );
    if (first === Number.POSITIVE_INFINITY) return;
    const at = Math.max(first, scheduler.now());
    if (alarm && alarm.at <= at) return;
    alarm?.cancel();
    const wait = chance.choose(WINDOW_MS, `queue/window ${invocations} ${sent}`);
    const timer = scheduler.later(at - scheduler.now() + wait, 'the queue is polled', () => {
      alarm = undefined;
      poll();
      wake();
    });
    alarm = { at, cancel: timer.cancel };
  };

  /** Takes some of the messages that can be seen, in any order. */
  const poll = (): void => {
    invocations += 1;
    const label = `queue${invocations}`;
    const visible = messages
      .filter(({ visibleAt }) => visibleAt <= scheduler.now())
      .map((message) => ({ message, rank: chance.choose(FINE, `${label}/${message.id}/rank`) }))
      .sort((a, b) => a.rank - b.rank);
    const share = chance.choose(FINE, `${label}/batch`) / FINE;
    const most = 1 + Math.floor(share * Math.min(swarm.batch, visible.length));
    const taken: Message[] = [];
    for (const { message } of visible) {
      if (taken.length === most) break;
      if (message.receives >= MOST_RECEIVES) {
        dead.push(message);
        messages = messages.filter((one) => one !== message);
        history.note(message.id, () => `DEAD LETTER ${message.body}`);
        continue;
      }
      message.receives += 1;
      message.receipt = `${message.id}#${message.receives}`;
      if (message.receives > 1) history.count('redeliveries');
      const isTwice = comes(world, 'message twice', `${label}/${message.id}`);
      message.visibleAt = scheduler.now() + (isTwice ? 0 : VISIBILITY_MS);
      taken.push(message);
    }
    if (taken.length === 0) return;
    busy += 1;
    history.note(
      label,
      () => `gets ${taken.map(({ receipt, body }) => `${receipt} ${body}`).join(', ')}`,
    );
    const receipts = taken.map((message) => ({ message, receipt: message.receipt }));
    invoke(label, eventOf(taken), (ending) => {
      busy -= 1;
      conclude(label, receipts, ending);
      wake();
    });
  };

  const conclude = (
    label: string,
    receipts: readonly { readonly message: Message; readonly receipt: string }[],
    ending: Ending,
  ): void => {
    if (ending.type !== 'answered') return;
    const { batchItemFailures } = ending.answer as SQSBatchResponse;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { message } of receipts) {
      if (failed.has(message.id)) continue;
      if (comes(world, 'deletion lost', `${label}/${message.id}`)) continue;
      message.isDeleted = true;
    }
    messages = messages.filter(({ isDeleted }) => !isDeleted);
  };

  const takes = ({ Entries }: SendInput, label: string, isPart: boolean): object => {
    const refused = isPart ? chance.choose(Entries.length, `${label}/refused`) : -1;
    const Failed = Entries.filter((_, at) => at === refused).map(({ Id }) => ({
      Id,
      SenderFault: false,
      Code: 'InternalError',
    }));
    for (const [at, { MessageBody }] of Entries.entries()) if (at !== refused) put(MessageBody);
    return { Failed };
  };

  const changeVisibility = ({ Entries }: VisibilityInput): object => {
    const Failed: { Id: string; Code: string }[] = [];
    for (const { Id, ReceiptHandle, VisibilityTimeout } of Entries) {
      const message = messages.find(({ receipt }) => receipt === ReceiptHandle);
      if (message) message.visibleAt = scheduler.now() + VisibilityTimeout * 1_000;
      else Failed.push({ Id, Code: 'ReceiptHandleIsInvalid' });
    }
    wake();
    return { Failed };
  };

  const service: Service = {
    faults: () => QUEUE_FAULTS,
    workMs: () => 2,
    tables: () => new Set(),
    arrive:
      ({ operation, input, label, fault }) =>
      () =>
        operation === 'SendMessageBatch'
          ? takes(input as SendInput, label, fault === 'partly taken')
          : changeVisibility(input as VisibilityInput),
    describe: (operation, input) =>
      `${operation} ${JSON.stringify((input as SendInput).Entries).slice(0, 300)}`,
  };

  return {
    service,
    /** A message of another system. */
    put,
    /** Whether a message that says so was sent at this time or later. */
    wasSent: (wanted: Content, from: number): boolean =>
      (sentFor.get(nameOf(wanted)) ?? []).some(
        ({ content, at }) => at >= from && says(content, wanted),
      ),
    /** Messages that are not done. */
    waiting: (): readonly Message[] => messages,
    deadLetters: (): readonly Message[] => dead,
  };
};

/** Whether a message says all that it has to, and nothing else about how to cancel. */
const says = (content: Content, wanted: Content): boolean => {
  const whatCounts = ({ restock, graceSeconds, onlyIf, items }: Partial<Cancellation>): string =>
    JSON.stringify([restock !== false, graceSeconds ?? 0, onlyIf, items]);
  return (
    whatCounts(content as Partial<Cancellation>) === whatCounts(wanted as Partial<Cancellation>)
  );
};

type Cancellation = Exclude<Content, { callOff: string }>;

const eventOf = (messages: readonly Message[]): SQSEvent => ({
  Records: sqsEvent(...messages.map(({ body }) => body)).Records.map((record, at) => {
    const { id = '', receipt = '', receives = 0, sentAt } = messages[at] ?? {};
    return {
      ...record,
      messageId: id,
      receiptHandle: receipt,
      attributes: {
        ...record.attributes,
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(sentAt),
      },
    };
  }),
});
