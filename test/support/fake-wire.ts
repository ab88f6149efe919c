/** The wire between the SDK and the fake DynamoDB. It records all requests and can have faults. */
import { Readable } from 'node:stream';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type FakeDynamoDB, FakeError, type Operation, type Row } from './fake-dynamodb.ts';
import { errorAnswer } from './faults.ts';
import {
  type Answer,
  createDisturbances,
  type DynamoRequest,
  type Network,
  type Next,
  requestOf,
} from './network.ts';
import { plain, wired } from './notation.ts';

type Options = {
  /**
   * Waits as long as DynamoDB works on a transaction, whose items are busy until then: another one
   * on these items is cancelled with a conflict. Without it, a transaction ends when it arrives.
   */
  readonly hold?: (transaction: DynamoRequest) => Promise<unknown>;
};

/** The part of the SDK's request handler interface that matters here. */
export type Handle = (
  request: { readonly headers: Record<string, string>; readonly body?: unknown },
  options?: { readonly abortSignal?: AbortSignal },
) => Promise<{ response: unknown }>;

export type FakeWire = Network & {
  /** Configuration for a client that talks to the fake. */
  readonly config: DynamoDBClientConfig;
  readonly handle: Handle;
  /** Everything that was sent. */
  readonly sent: readonly DynamoRequest[];
  writes(): DynamoRequest[];
};

const NEVER = new AbortController().signal;

export const createFakeWire = (db: FakeDynamoDB, { hold }: Options = {}): FakeWire => {
  const sent: DynamoRequest[] = [];
  const { use, next, answerTo } = createDisturbances();

  const answerOf = (request: DynamoRequest, instead?: Row): Answer | Promise<Answer> => {
    const operation = request.operation as Operation;
    const input = instead ? plain(instead) : request.input;
    return hold && operation === 'TransactWriteItems'
      ? answerLater(db, input, () => hold(request))
      : answering(operation, () => db.execute(operation, input));
  };

  const handle: Handle = async (
    { headers, body: content },
    { abortSignal: signal = NEVER } = {},
  ) => {
    const request = requestOf({
      operation: headers['x-amz-target'],
      bytes:
        typeof content === 'string' ? content : new TextDecoder().decode(content as Uint8Array),
      number: sent.length + 1,
      signal,
    });
    sent.push(request);
    const answer: Next = (instead) => answerOf(request, instead);
    return { response: toResponse(await answerTo(request, answer)) };
  };

  return {
    config: {
      endpoint: 'http://fake.invalid',
      region: 'us-east-1',
      credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' },
      requestHandler: { handle } as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>,
    },
    handle,
    sent,
    operations: () => sent.map(({ operation }) => operation),
    forget: () => {
      sent.length = 0;
    },
    writes: () => sent.filter(({ operation }) => operation === 'TransactWriteItems'),
    use,
    next,
  };
};

const toResponse = ({ status, body, isBrokenOff = false }: Answer) => ({
  statusCode: status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Readable.from(isBrokenOff ? brokenOff(body) : [Buffer.from(body)]),
});

async function* brokenOff(body: string): AsyncGenerator<Buffer> {
  yield Buffer.from(body);
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

const answerLater = async (
  db: FakeDynamoDB,
  input: Row,
  hold: () => Promise<unknown>,
): Promise<Answer> => {
  let underWay: ReturnType<FakeDynamoDB['begin']>;
  try {
    underWay = db.begin(input);
  } catch (error) {
    return toAnswer(error);
  }
  await hold();
  return answering('TransactWriteItems', () => underWay.finish());
};

const answering = (operation: Operation, execute: () => Row): Answer => {
  try {
    return { status: 200, body: JSON.stringify(wired(operation, execute())) };
  } catch (error) {
    return toAnswer(error);
  }
};

const toAnswer = (error: unknown): Answer => {
  if (error instanceof FakeError) return errorAnswer(error);
  throw error;
};
