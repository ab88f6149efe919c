/** The messages of the local queues in a file, so that they outlive the queue server. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MessageAttributeValue, SendMessageCommand } from '@aws-sdk/client-sqs';
import { asOldAs } from '../lib/queue/sent-at.ts';
import { localSqsClient } from './queue-server.ts';

/** Messages that were accepted in the last milliseconds before a kill are lost. */
const SAVE_EVERY_MS = 200;

/** A message that its receiver has to get. */
type KeptMessage = {
  readonly queue: string;
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
};

type Options = {
  readonly file: string;
  readonly endpoint: string;
  /** By queue name. */
  readonly queueUrls: Readonly<Record<string, string>>;
};

export type KeptMessages = {
  /** Saves for the last time. The queue server still has to run. */
  stop(): Promise<void>;
};

/** Fauxqs's own description of a queue, in which messages are only looked at. */
type Inspection = {
  readonly messages: {
    readonly ready: readonly StoredMessage[];
    readonly delayed: readonly StoredMessage[];
    readonly inflight: readonly { readonly message: StoredMessage }[];
  };
};
type StoredMessage = {
  readonly body: string;
  /** In milliseconds. */
  readonly sentTimestamp: number;
  readonly messageAttributes?: Record<string, MessageAttributeValue>;
};

const messagesIn = async (endpoint: string, queue: string): Promise<KeptMessage[]> => {
  const answer = await fetch(`${endpoint}/_fauxqs/queues/${queue}`);
  const { ready, delayed, inflight } = ((await answer.json()) as Inspection).messages;
  // Whoever received a message has not deleted it, so it is kept as well: at least once, as on AWS.
  return [...inflight.map(({ message }) => message), ...ready, ...delayed].map(
    ({ body, messageAttributes = {}, sentTimestamp }) => ({
      queue,
      body,
      attributes: asOldAs(new Date(sentTimestamp), messageAttributes),
    }),
  );
};

const sendAgain = async ({ file, endpoint, queueUrls }: Options): Promise<void> => {
  if (!existsSync(file)) return;
  const kept = JSON.parse(await readFile(file, 'utf8')) as readonly KeptMessage[];
  const client = localSqsClient(endpoint);
  try {
    for (const { queue, body, attributes } of kept) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrls[queue],
          MessageBody: body,
          MessageAttributes: attributes,
        }),
      );
    }
  } finally {
    client.destroy();
  }
};

/**
 * Sends the messages of the file, and saves those of all queues to it from now on, several times a
 * second. They stay as old as they are; their receives are counted from the beginning again.
 */
export const keepMessages = async (options: Options): Promise<KeptMessages> => {
  const { file, endpoint, queueUrls } = options;
  await sendAgain(options);
  let saved: string | undefined;
  const save = async (): Promise<void> => {
    const queues = Object.keys(queueUrls).map((queue) => messagesIn(endpoint, queue));
    const text = JSON.stringify((await Promise.all(queues)).flat());
    if (text === saved) return;
    // A kill while it is written leaves the file from before.
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
    saved = text;
  };
  await save();
  const stopping = new AbortController();
  const saving = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(SAVE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      await save();
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await saving;
      await save();
    },
  };
};
