/** What can happen to a request on AWS, as interceptors for the fault proxy. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../lib/seeded-random.ts';
import { type Answer, type DynamoRequest, type Interceptor, NO_ANSWER } from './fault-proxy.ts';

/** Which requests something is done to. */
export type When = (request: DynamoRequest) => boolean;

export const isTransaction: When = ({ operation }) => operation === 'TransactWriteItems';

/** One action of a transaction, in DynamoDB's notation. */
export type Action = {
  readonly type: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly table: string;
  /** Of a Put the whole item, of all others the key. */
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

/** What a transaction would do, action by action; nothing for any other request. */
export const actionsOf = ({ input }: DynamoRequest): Action[] =>
  ((input.TransactItems ?? []) as RawAction[]).flatMap((raw) =>
    Object.entries(raw).map(([type, { TableName: table, Key, Item }]) => ({
      type: type as Action['type'],
      table,
      attributes: Key ?? Item ?? {},
    })),
  );

/** An error as DynamoDB puts it on the wire. */
export const failure = (
  name: string,
  details: Readonly<Record<string, unknown>> = {},
  status = 400,
): Answer => ({
  status,
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message: `${name}, says the proxy`,
    ...details,
  }),
});

/** A transaction that was cancelled, with one reason code for each of its actions. */
export const cancelled = (codes: readonly string[]): Answer =>
  failure('TransactionCanceledException', {
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) =>
      Code === 'None' ? { Code } : { Code, Message: `${Code}, says the proxy` },
    ),
  });

/** Does something to the first `times` requests that match, and lets all others pass. */
export const first = (times: number, when: When, fault: Interceptor): Interceptor => {
  let left = times;
  return (request, next) => {
    if (left === 0 || !when(request)) return next();
    left -= 1;
    return fault(request, next);
  };
};

/** Does something to requests that match, by chance. */
export const sometimes = (
  probability: number,
  random: Random,
  when: When,
  fault: Interceptor,
): Interceptor => {
  return (request, next) =>
    when(request) && random() < probability ? fault(request, next) : next();
};

/** Cancels a transaction with this reason for the actions that match, and changes nothing. */
export const cancelWith =
  (code: string, on: (action: Action) => boolean = () => true): Interceptor =>
  (request) =>
    cancelled(actionsOf(request).map((action) => (on(action) ? code : 'None')));

/** Answers an error, and changes nothing. */
export const failWith =
  (...error: Parameters<typeof failure>): Interceptor =>
  () =>
    failure(...error);

/** The request takes effect, and nobody hears of it. */
export const loseAnswer: Interceptor = async (_, next): Promise<typeof NO_ANSWER> => {
  await next();
  return NO_ANSWER;
};

/** The request never arrives. */
export const loseRequest: Interceptor = () => NO_ANSWER;

/** The connection stays open and silent until the caller gives up. */
export const hang: Interceptor = () => new Promise(() => {});

/** The request arrives later, by a time in milliseconds. */
export const delayedBy =
  (milliseconds: (request: DynamoRequest) => number): Interceptor =>
  async (request, next) => {
    await sleep(milliseconds(request));
    return next();
  };
