/** The way between a client and DynamoDB, on which requests can be disturbed. */
import { plain } from './notation.ts';

/** A request on its way. */
export type DynamoRequest = {
  /** As in `TransactWriteItems`. */
  readonly operation: string;
  readonly bytes: string;
  /** The request in DynamoDB's notation. */
  readonly json: Json;
  /** The request in plain JavaScript values. */
  readonly input: Json;
  /** From 1, in the order of arrival. */
  readonly number: number;
  /** Tells when the caller does not wait any longer. */
  readonly signal: AbortSignal;
};

export type Json = Readonly<Record<string, unknown>>;

export type Answer = {
  readonly status: number;
  /** The answer's JSON, as text. */
  readonly body: string;
  /** The connection breaks in the middle of it. */
  readonly isBrokenOff?: boolean;
};

/** Lets DynamoDB answer the request, or another one in DynamoDB's notation in its place. */
export type Next = (instead?: Json) => Answer | Promise<Answer>;

/**
 * What happens to one request instead of simply being answered: call `answer` or not, before or
 * after it wait, and answer something else. What it throws reaches the client as a connection that
 * broke, or as silence where it is a `TimeoutError`.
 */
export type Fault = (answer: Next, request: DynamoRequest) => Answer | Promise<Answer>;

export type Network = {
  /**
   * Has every request meet these faults from now on, in the place of those before, the first
   * outermost; none lets everything pass.
   */
  use(...faults: readonly Fault[]): void;
  /** Lets the next requests of this kind meet these faults, one each, before those in use. */
  next(operation: string, ...faults: readonly Fault[]): void;
  /** Operations that arrived since the start or the last `forget`, in their order. */
  operations(): readonly string[];
  forget(): void;
};

/** @param arrived.operation as the SDK names it, with the service's version before it */
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
    // Most requests are passed on without a look.
    get input() {
      input ??= plain(json);
      return input;
    },
    number,
    signal,
  };
};

type Disturbances = Pick<Network, 'use' | 'next'> & {
  /** What comes back for a request that DynamoDB would answer like this. */
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
