/** Faults of a request on AWS, for the fake wire and for the proxy in front of a real engine. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Random } from '../../lib/seeded-random.ts';
import { FakeError, type Reason } from './fake-dynamodb.ts';
import type { Answer, DynamoRequest, Fault } from './network.ts';

export type { Fault };

/** Selects the requests that a fault applies to. */
export type When = (request: DynamoRequest) => boolean;

export const isTransaction: When = ({ operation }) => operation === 'TransactWriteItems';

/** One action of a transaction, in DynamoDB's notation. */
export type Action = {
  readonly type: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly table: string;
  /** Of a Put the whole item, of every other action the key. */
  readonly attributes: Readonly<Record<string, { readonly S?: string }>>;
};

type RawAction = Readonly<
  Record<
    Action['type'],
    {
      readonly TableName: string;
      readonly Key?: Action['attributes'];
      readonly Item?: Action['attributes'];
    }
  >
>;

/** The actions of a transaction; none for any other request. */
export const actionsOf = ({ json }: Pick<DynamoRequest, 'json'>): Action[] =>
  ((json.TransactItems ?? []) as RawAction[]).flatMap((raw) =>
    Object.entries(raw).map(([type, { TableName: table, Key, Item }]) => ({
      type: type as Action['type'],
      table,
      attributes: Key ?? Item ?? {},
    })),
  );

/** An error as DynamoDB sends it. */
export const errorAnswer = ({ name, message, status, reasons }: FakeError): Answer => ({
  status,
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message,
    ...(reasons && {
      CancellationReasons: reasons.map(({ Code, Message = `${Code}, made up`, Item }) => ({
        Code,
        ...(Code !== 'None' && { Message }),
        ...(Item && { Item: marshall(Item) }),
      })),
    }),
  }),
});

/** No fault: the request is answered. */
export const noFault: Fault = (answer) => answer();

/** The request never arrived. */
export const connectionRefused: Fault = () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};

/** DynamoDB processed the request, then something else happened, and then the connection broke. */
export const resetAfter =
  (happens: () => unknown): Fault =>
  async (answer) => {
    await answer();
    await happens();
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };

/** DynamoDB processed the request, and then the connection broke. */
export const connectionReset = resetAfter(() => {});

/** DynamoDB processed the request, and its answer came too late. */
export const timedOut: Fault = async (answer) => {
  await answer();
  throw Object.assign(new Error('timed out'), { name: 'TimeoutError' });
};

/** The request never arrived, and the connection stays open without an answer. */
export const silence: Fault = (_, { signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    });
  });

/** DynamoDB processed the request, and answered that it failed. */
export const internalServerError: Fault = async (answer) => {
  await answer();
  return errorAnswer(new FakeError('InternalServerError', { status: 500 }));
};

/** DynamoDB processed the request, and the connection broke in the middle of the answer. */
export const answerBrokenOff: Fault = async (answer) => {
  const { status } = await answer();
  return { status, body: '{', isBrokenOff: true };
};

/** DynamoDB refuses the whole request with this error, and does nothing. */
export const refusedWith =
  (name: string, status = 400, why?: string): Fault =>
  () =>
    errorAnswer(new FakeError(name, { status, ...(why !== undefined && { why }) }));

/** DynamoDB cancels the transaction with these reasons, one for each action in order. */
export const cancelledFor =
  (...reasons: readonly (string | Reason)[]): Fault =>
  (_, request) =>
    cancelled(actionsOf(request).map((_, index) => reasons[index] ?? 'None'));

/** DynamoDB cancels the transaction with this reason for each action that matches. */
export const cancelledWhere =
  (code: string, matches: (action: Action) => boolean = () => true): Fault =>
  (_, request) =>
    cancelled(actionsOf(request).map((action) => (matches(action) ? code : 'None')));

const cancelled = (reasons: readonly (string | Reason)[]): Answer =>
  errorAnswer(
    new FakeError('TransactionCanceledException', {
      reasons: reasons.map((one) => (typeof one === 'string' ? { Code: one } : one)),
    }),
  );

/** Something else happens just before the request arrives; then the request may meet a fault. */
export const meanwhile =
  (happens: () => unknown, fault: Fault = noFault): Fault =>
  async (answer, request) => {
    await happens();
    return fault(answer, request);
  };

/** Delays a fault by some turns of the event loop, so that requests overtake each other. */
export const late = (fault: Fault, turns: number): Fault =>
  delayed(async () => {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  }, fault);

/** Delays the request by a time in milliseconds. */
export const delayedBy = (milliseconds: (request: DynamoRequest) => number): Fault =>
  delayed((request) => sleep(milliseconds(request)), noFault);

const delayed =
  (waits: (request: DynamoRequest) => Promise<unknown>, fault: Fault): Fault =>
  async (answer, request) => {
    await waits(request);
    return fault(answer, request);
  };

/** Applies a fault to every request that matches; all others are answered. */
export const always = (when: When, fault: Fault): Fault =>
  first(Number.POSITIVE_INFINITY, when, fault);

/** Applies a fault to the first `times` requests that match; all others are answered. */
export const first = (times: number, when: When, fault: Fault): Fault => {
  let left = times;
  return (answer, request) => {
    if (left === 0 || !when(request)) return answer();
    left -= 1;
    return fault(answer, request);
  };
};

/** Applies a fault at random to requests that match. */
export const sometimes =
  (probability: number, random: Random, when: When, fault: Fault): Fault =>
  (answer, request) =>
    when(request) && random() < probability ? fault(answer, request) : answer();
