/** The wire between the SDK and the fake DynamoDB: it remembers what was sent, and it can fail. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type FakeDynamoDB,
  FakeError,
  type Operation,
  type Reason,
  type Row,
  type UnderWay,
} from './fake-dynamodb.ts';

/** A request as it went over the wire. */
export type Sent = {
  readonly operation: Operation;
  readonly bytes: string;
  /** The request in plain JavaScript values. */
  readonly input: Row;
};

type Answer = { readonly status: number; readonly body: string | Readable };

/**
 * What happens to one request instead of simply being answered. `answer` lets DynamoDB work on it.
 * What it throws reaches the SDK as a broken connection would.
 */
export type Fault = (
  answer: () => Answer | Promise<Answer>,
  request: Sent,
  signal?: AbortSignal,
) => Answer | Promise<Answer>;

type Options = {
  /**
   * Waits as long as DynamoDB is at a transaction, during which its items are busy: others that meet
   * it there are cancelled for conflict. Without it a transaction is over as it arrives.
   */
  readonly hold?: (transaction: Sent) => Promise<unknown>;
};

const WRITES: ReadonlySet<Operation> = new Set(['TransactWriteItems']);

export type FakeWire = ReturnType<typeof createFakeWire>;

export const createFakeWire = (db: FakeDynamoDB, { hold }: Options = {}) => {
  const sent: Sent[] = [];
  const faults: [Operation, Fault][] = [];

  const handle = async (
    request: { headers: Record<string, string>; body?: unknown },
    { abortSignal }: { abortSignal?: AbortSignal } = {},
  ): Promise<{ response: unknown }> => {
    const operation = request.headers['x-amz-target']?.split('.').at(-1) as Operation;
    const bytes =
      typeof request.body === 'string'
        ? request.body
        : new TextDecoder().decode(request.body as Uint8Array);
    const one: Sent = { operation, bytes, input: plain(JSON.parse(bytes)) };
    sent.push(one);
    const next = faults.findIndex(([of]) => of === operation);
    const [, fault] = next < 0 ? [] : (faults.splice(next, 1)[0] ?? []);
    const answer = () =>
      hold && operation === 'TransactWriteItems' ? answerLater(db, one, hold) : answerOf(db, one);
    const { status, body } = await (fault ? fault(answer, one, abortSignal) : answer());
    return {
      response: {
        statusCode: status,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body,
      },
    };
  };

  return {
    /** Configuration for a client that talks to the fake. */
    config: {
      endpoint: 'http://fake.invalid',
      region: 'us-east-1',
      credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' },
      requestHandler: { handle } as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>,
    } satisfies DynamoDBClientConfig,
    sent,
    operations: (): Operation[] => sent.map(({ operation }) => operation),
    writes: (): Sent[] => sent.filter(({ operation }) => WRITES.has(operation)),
    /** Lets the next requests of this kind meet these faults, one each. */
    next: (operation: Operation, ...these: Fault[]): void => {
      faults.push(...these.map((fault): [Operation, Fault] => [operation, fault]));
    },
  };
};

/** Nothing happens out of the ordinary. */
export const noFault: Fault = (answer) => answer();

/** DynamoDB cancels the transaction for these reasons, one for each action in turn. */
export const cancelledFor =
  (...codes: (string | Reason)[]): Fault =>
  (_, { input }) => {
    const { TransactItems } = input as { TransactItems: unknown[] };
    const reasons = TransactItems.map((_, index): Reason => {
      const reason = codes[index] ?? 'None';
      return typeof reason === 'string' ? { Code: reason } : reason;
    });
    return toAnswer(new FakeError('TransactionCanceledException', { reasons }));
  };

/** A fault, some turns of the event loop late, so that requests overtake each other. */
export const late =
  (fault: Fault, turns: number): Fault =>
  async (...request) => {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    return fault(...request);
  };

/** The whole request is refused with this error, and nothing was done. */
export const refusedWith =
  (name: string, status = 400): Fault =>
  () =>
    toAnswer(new FakeError(name, { status }));

/** The request never arrived. */
export const connectionRefused: Fault = () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};

/** DynamoDB did it, and then the connection broke. */
export const connectionReset: Fault = (answer) => {
  answer();
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
};

/** DynamoDB did it, and its answer took too long. */
export const timedOut: Fault = (answer) => {
  answer();
  throw Object.assign(new Error('timed out'), { name: 'TimeoutError' });
};

/** DynamoDB did it, and said that it failed. */
export const internalServerError: Fault = (answer) => {
  answer();
  return toAnswer(new FakeError('InternalServerError', { status: 500 }));
};

/** DynamoDB did it, and the connection broke in the middle of its answer. */
export const answerBrokenOff: Fault = async (answer) => {
  const { status } = await answer();
  const body = async function* () {
    yield Buffer.from('{');
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  };
  return { status, body: Readable.from(body()) };
};

/** Something else happens to the shop just before the request arrives. */
export const meanwhile =
  (happens: () => unknown): Fault =>
  async (answer) => {
    await happens();
    return answer();
  };

const answerOf = (db: FakeDynamoDB, { operation, input }: Sent): Answer =>
  answering(operation, () => db.execute(operation, input));

const answerLater = async (
  db: FakeDynamoDB,
  sent: Sent,
  hold: (transaction: Sent) => Promise<unknown>,
): Promise<Answer> => {
  let underWay: UnderWay;
  try {
    underWay = db.begin(sent.input);
  } catch (error) {
    return errorAnswer(error);
  }
  await hold(sent);
  return answering(sent.operation, () => underWay.finish());
};

const answering = (operation: Operation, execute: () => Row): Answer => {
  try {
    return { status: 200, body: JSON.stringify(wired(operation, execute())) };
  } catch (error) {
    return errorAnswer(error);
  }
};

const errorAnswer = (error: unknown): Answer => {
  if (error instanceof FakeError) return toAnswer(error);
  throw error;
};

const toAnswer = ({ name, message, status, reasons }: FakeError): Answer => ({
  status,
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message,
    ...(reasons && {
      CancellationReasons: reasons.map(({ Code, Message = `${Code} from the fake`, Item }) => ({
        Code,
        ...(Code !== 'None' && { Message }),
        ...(Item && { Item: marshall(Item) }),
      })),
    }),
  }),
});

const ROWS: ReadonlySet<string> = new Set([
  'Item',
  'Key',
  'ExclusiveStartKey',
  'ExpressionAttributeValues',
]);

/** A request's JSON with rows in plain values instead of DynamoDB's notation. */
const plain = (value: unknown): Row => {
  const walk = (node: unknown, key = ''): unknown => {
    if (Array.isArray(node)) {
      return node.map((element) => (key === 'Keys' ? unmarshall(element) : walk(element)));
    }
    if (typeof node !== 'object' || node === null) return node;
    if (ROWS.has(key)) return unmarshall(node as Parameters<typeof unmarshall>[0]);
    return Object.fromEntries(
      Object.entries(node).map(([name, inner]) => [name, walk(inner, name)]),
    );
  };
  return walk(value) as Row;
};

/** An answer's rows in DynamoDB's notation. */
const wired = (operation: Operation, output: Row): Row => {
  const { Item, Items, Responses, UnprocessedKeys, LastEvaluatedKey, ...rest } = output as {
    Item?: Row;
    Items?: Row[];
    Responses?: Record<string, Row[]>;
    UnprocessedKeys?: Record<string, { Keys: Row[] }>;
    LastEvaluatedKey?: Row;
  };
  switch (operation) {
    case 'GetItem':
      return { ...rest, ...(Item && { Item: marshall(Item) }) };
    case 'Query':
    case 'Scan':
      return {
        ...rest,
        Items: Items?.map((item) => marshall(item)),
        ...(LastEvaluatedKey && { LastEvaluatedKey: marshall(LastEvaluatedKey) }),
      };
    case 'BatchGetItem':
      return {
        ...rest,
        Responses: mapValues(Responses ?? {}, (rows) => rows.map((row) => marshall(row))),
        UnprocessedKeys: mapValues(UnprocessedKeys ?? {}, ({ Keys, ...others }) => ({
          ...others,
          Keys: Keys.map((key) => marshall(key)),
        })),
      };
    case 'TransactWriteItems':
      return rest;
  }
};

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
