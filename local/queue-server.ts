/** SQS on this machine: fauxqs, with the queues of serverless.yml. */
import { CreateQueueCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { LOCAL_REGION, localClient } from './aws.ts';
import type { Infrastructure } from './infrastructure.ts';
import { LOOPBACK } from './ports.ts';

export type QueueServer = {
  readonly endpoint: string;
  stop(): Promise<void>;
};

/**
 * The host in fauxqs's queue addresses, which not every resolver knows. It is replaced by the
 * address at which the server is reached.
 */
const FAUXQS_HOST = `sqs.${LOCAL_REGION}.localhost`;

const withHost = (url: string, hostname: string): string =>
  Object.assign(new URL(url), { hostname }).href;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * What a message must not contain. Fauxqs tests each half of a surrogate pair by itself, and so
 * refuses every character beyond U+FFFF, which AWS accepts.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const UNSENDABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Has fauxqs test whole characters. It has no setting for this, and does not export its test. */
const acceptAllCharacters = async (): Promise<void> => {
  const { href } = new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR: ofFauxqs } = (await import(href)) as {
    readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
  };
  ofFauxqs.test = (body) => UNSENDABLE.test(body);
};

/**
 * Starts an SQS server without queues, in this process.
 *
 * @param options.port any free port when absent or 0
 * @throws when the port is taken
 */
export const startQueueServer = async ({
  port = 0,
}: {
  port?: number;
} = {}): Promise<QueueServer> => {
  await acceptAllCharacters();
  // The start function of fauxqs would listen on every interface.
  const app = buildApp({ logger: false });
  app.addHook('preHandler', async ({ body }) => {
    if (!isRecord(body) || typeof body.QueueUrl !== 'string') return;
    if (URL.canParse(body.QueueUrl)) body.QueueUrl = withHost(body.QueueUrl, FAUXQS_HOST);
  });
  app.addHook('preSerialization', async (_request, _reply, payload) => {
    if (!isRecord(payload)) return payload;
    const { QueueUrl: url, QueueUrls: urls } = payload;
    return {
      ...payload,
      ...(typeof url === 'string' ? { QueueUrl: withHost(url, LOOPBACK) } : {}),
      ...(Array.isArray(urls) ? { QueueUrls: urls.map((each) => withHost(each, LOOPBACK)) } : {}),
    };
  });
  const endpoint = await app.listen({ host: LOOPBACK, port });
  return {
    endpoint,
    async stop() {
      await app.close();
    },
  };
};

/**
 * An SQS client that sends everything to `endpoint`, also when a queue's address names another
 * host.
 */
export const localSqsClient = (endpoint: string, config: SQSClientConfig = {}): SQSClient =>
  new SQSClient({ ...localClient(endpoint), useQueueUrlAsEndpoint: false, ...config });

/** Creates the queues and returns their addresses, by name. */
export const createQueues = async (
  client: SQSClient,
  { queues }: Pick<Infrastructure, 'queues'>,
): Promise<Readonly<Record<string, string>>> => {
  const urls: Record<string, string> = {};
  for (const { name, attributes } of queues) {
    const { QueueUrl: url } = await client.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    if (url === undefined) throw new Error(`SQS gave the queue ${name} no address.`);
    urls[name] = url;
  }
  return urls;
};
