/** EventBridge on this machine: keeps every event, as a line of JSON in a file. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CloudEvent } from '../lib/events/cloud-event.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './aws.ts';
import { LOOPBACK } from './ports.ts';

/** An event as EventBridge gives it to the targets of a rule. */
export type DeliveredEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: CloudEvent;
};

export type EventBusServer = {
  readonly endpoint: string;
  stop(): Promise<void>;
};

/** A request of the SDK, in the protocol of EventBridge. */
type PutEvents = {
  readonly Entries?: readonly {
    readonly Source: string;
    readonly DetailType: string;
    readonly Detail: string;
    /** Seconds. */
    readonly Time?: number;
  }[];
};

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;

type Options = {
  readonly port: number;
  /** Is made if it does not exist. */
  readonly file: string;
  /** Whether the events that the file already has are kept. */
  readonly keepsOld?: boolean;
  readonly onEvent?: (event: DeliveredEvent) => void;
};

/** The events that a file has so far, in the sequence in which they came. */
export const readEvents = (file: string): DeliveredEvent[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DeliveredEvent);

/** @throws when the port is taken, or the file cannot be written */
export const startEventBusServer = async ({
  port,
  file,
  keepsOld = false,
  onEvent = () => {},
}: Options): Promise<EventBusServer> => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '', { flag: keepsOld ? 'a' : 'w' });

  const put = ({ Entries: entries = [] }: PutEvents) => {
    const events = entries.map(
      ({ Source, DetailType, Detail, Time = Date.now() / 1_000 }): DeliveredEvent => ({
        version: '0',
        id: randomUUID(),
        'detail-type': DetailType,
        source: Source,
        account: LOCAL_ACCOUNT,
        time: new Date(Time * 1_000).toISOString(),
        region: LOCAL_REGION,
        resources: [],
        detail: JSON.parse(Detail),
      }),
    );
    appendFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    events.forEach(onEvent);
    return { FailedEntryCount: 0, Entries: events.map(({ id }) => ({ EventId: id })) };
  };

  const server = createServer(async (request, response) => {
    const asked = JSON.parse((await text(request)) || '{}') as PutEvents;
    const isKnown = request.headers['x-amz-target'] === 'AWSEvents.PutEvents';
    const isValid = isKnown && (asked.Entries?.length ?? 0) <= MAX_ENTRIES;
    const answer = isValid
      ? put(asked)
      : { __type: 'ValidationException', message: 'Only PutEvents is known, of up to 10 entries' };
    response.writeHead(isValid ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
