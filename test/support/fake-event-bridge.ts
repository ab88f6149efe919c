/** EventBridge as its clients see it: with its limits, partial failures, throttles and lost answers. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { CloudEvent } from '../../lib/events/cloud-event.ts';
import type { Handle } from './fake-wire.ts';

type Entry = {
  readonly EventBusName?: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time?: number;
};

type Answer = { readonly status: number; readonly body: unknown };

/** What happens to one request. `take` gives the events to the bus, and answers. */
export type BusFault = (take: () => Answer, entries: readonly Entry[]) => Answer | Promise<Answer>;

const refusal = (name: string, status = 400): Answer => ({ status, body: { __type: name } });

/** The whole request is refused. */
export const refused =
  (name: string, status?: number): BusFault =>
  () =>
    refusal(name, status);

export const throttled = refused('ThrottlingException');

/** The bus has the events, and nobody learns of it. */
export const answerLost: BusFault = (take) => {
  take();
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
};

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1_024;

const sizeOf = ({ Source, DetailType, Detail, Time }: Entry): number =>
  Buffer.byteLength(Source + DetailType + Detail) + (Time === undefined ? 0 : 14);

export type FakeEventBridge = ReturnType<typeof createFakeEventBridge>;

export const createFakeEventBridge = (bus = 'events') => {
  const received: CloudEvent[] = [];
  const requests: CloudEvent[][] = [];
  const faults: BusFault[] = [];
  let always: BusFault | undefined;
  let isRejected: (entry: Entry, event: CloudEvent) => string | undefined = () => undefined;

  const take = (entries: readonly Entry[]): Answer => {
    const bytes = entries.reduce((total, entry) => total + sizeOf(entry), 0);
    if (entries.length === 0 || entries.length > MAX_ENTRIES || bytes >= MAX_BYTES) {
      return refusal('ValidationException');
    }
    const results = entries.map((entry) => {
      const event = JSON.parse(entry.Detail) as CloudEvent;
      const code = isRejected(entry, event);
      if (code !== undefined) return { ErrorCode: code, ErrorMessage: 'no' };
      // EventBridge takes events for a bus that does not exist, and says nothing:
      // https://github.com/aws/aws-cli/issues/9186
      if (entry.EventBusName === bus) received.push(event);
      return { EventId: randomUUID() };
    });
    const failed = results.filter((result) => 'ErrorCode' in result).length;
    return { status: 200, body: { FailedEntryCount: failed, Entries: results } };
  };

  const handle: Handle = async ({ body = '' }) => {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    const { Entries: entries } = JSON.parse(text) as { Entries: Entry[] };
    requests.push(entries.map(({ Detail }) => JSON.parse(Detail) as CloudEvent));
    const fault = faults.shift() ?? always;
    const answer = await (fault ? fault(() => take(entries), entries) : take(entries));
    return {
      response: {
        statusCode: answer.status,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: Readable.from([Buffer.from(JSON.stringify(answer.body))]),
      },
    };
  };

  return {
    handle,
    /** What the bus has, in the sequence in which it came. */
    received: received as readonly CloudEvent[],
    ids: () => received.map(({ id }) => id),
    /** The events of each request, taken or not. */
    requests: requests as readonly (readonly CloudEvent[])[],
    /** The next requests meet these faults, one each. */
    next: (...some: readonly BusFault[]): void => {
      faults.push(...some);
    },
    /** All other requests meet this fault from now on; none if undefined. */
    use: (fault: BusFault | undefined): void => {
      always = fault;
    },
    /** From now on, the bus takes all entries but those for which this gives an error code. */
    rejects: (codeOf: (event: CloudEvent) => string | undefined): void => {
      isRejected = (_, event) => codeOf(event);
    },
  };
};
