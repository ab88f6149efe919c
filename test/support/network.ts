/** The way between a client and DynamoDB, on which requests can meet faults. */
import { plain } from './notation.ts';

/** A request on its way to DynamoDB. */
export type DynamoRequest = {
  /** For example `TransactWriteItems`. */
  readonly operation: string;
  readonly bytes: string;
  /** The request in DynamoDB's notation. */
  readonly json: Json;
  /** The request in plain JavaScript values, without DynamoDB's notation. */
  readonly input: Json;
  /** Its number in the order of arrival, from 1. */
  readonly number: number;
  /** Aborted when the caller does not wait any longer. */
  readonly signal: AbortSignal;
};

export type Json = Readonly<Record<string, unknown>>;

export type Answer = {
  readonly status: number;
  /** The JSON of the answer. */
  readonly body: string;
  /** The connection breaks in the middle of the answer. */
  readonly isBrokenOff?: boolean;
};

/** Lets DynamoDB answer the request, or another request in DynamoDB's notation in its place. */
export type Next = (instead?: Json) => Answer | Promise<Answer>;

/**
 * What happens to one request instead of a plain answer. A fault may call `answer` or not, wait
 * before or after it, and return something else. What it throws reaches the client as a broken
 * connection, or as silence if it is a `TimeoutError`.
 */
export type Fault = (answer: Next, request: DynamoRequest) => Answer | Promise<Answer>;

export type Network = {
  /**
   * Every request meets these faults from now on, instead of those given before, the first of them
   * outermost. Without faults, all requests are answered.
   */
  use(...faults: readonly Fault[]): void;
  /** The next requests of this kind meet these faults, one each, before those in use. */
  next(operation: string, ...faults: readonly Fault[]): void;
  /** Operations in the order of arrival, since the start or the last `forget`. */
  operations(): readonly string[];
  forget(): void;
};

/** @param arrived.operation with the version of the service in front, as the SDK sends it */
export const requestOf = ({
  operation = '',
  bytes,
  number,
  signal,
}: Pick<DynamoRequest, 'bytes' | 'number' | 'signal'> & {
  readonly operation: string | undefined;
}): DynamoRequest => {
  const json: Json = JSON.parse(bytes);
  let input: Json | undefined;
  return {
    operation: operation.split('.').at(-1) ?? '',
    bytes,
    json,
    // Most requests are passed on without being parsed.
    get input() {
      input ??= plain(json);
      return input;
    },
    number,
    signal,
  };
};

type Disturbances = Pick<Network, 'use' | 'next'> & {
  /** The answer to a request after all faults. */
  answerTo(request: DynamoRequest, answer: Next): Answer | Promise<Answer>;
};

export const createDisturbances = (): Disturbances => {
  let standing: readonly Fault[] = [];
  const upcoming: [string, Fault][] = [];
  return {
    use(...faults) {
      standing = faults;
    },
    next(operation, ...faults) {
      upcoming.push(...faults.map((fault): [string, Fault] => [operation, fault]));
    },
    answerTo(request, answer) {
      const index = upcoming.findIndex(([operation]) => operation === request.operation);
      const own = index < 0 ? [] : upcoming.splice(index, 1).map(([, fault]) => fault);
      return [...own, ...standing].reduceRight<Next>(
        (next, fault) => (instead) => fault((other = instead) => next(other), request),
        answer,
      )();
    },
  };
};
