/**
 * The typed client of Countermand's API: one method for each operation of its OpenAPI document.
 *
 * A method returns what the shop says, a success or a problem, as a value with exact types. It throws
 * only when there is no such answer: `NoAnswer`.
 */
import { type Operations } from './operations.ts';
export type * from './operations.ts';
export type OperationId = keyof Operations;
type Status<Key> = Key extends `${infer Code extends number}` ? Code : never;
/** What every answer has besides. */
type Call = {
    /** The id under which the service has logged the call. */
    readonly correlationId: string | undefined;
    /** More than 1 when the call was repeated: an earlier attempt may have taken effect, too. */
    readonly attempts: number;
};
/** A success; one of several, told apart by their statuses. */
export type Success<Id extends OperationId> = {
    readonly [Key in keyof Operations[Id]['answers']]: Call & {
        readonly ok: true;
        readonly status: Status<Key>;
        readonly body: Operations[Id]['answers'][Key];
    };
}[keyof Operations[Id]['answers']];
type Told = {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
};
type FailureOf<Problem> = Problem extends Told ? Call & {
    readonly ok: false;
    readonly status: Problem['status'];
    readonly problem: Problem;
} : never;
/** A problem; one of several, told apart by `problem.code`. */
export type Failure<Id extends OperationId> = FailureOf<Operations[Id]['problems']>;
export type Answer<Id extends OperationId> = Success<Id> | Failure<Id>;
/** The parameters of the path and the query by their names, the body, and the Idempotency-Key. */
export type Input<Id extends OperationId> = Operations[Id]['input'];
export type CallOptions = {
    readonly signal?: AbortSignal;
    /** Milliseconds after which no attempt is begun or waited for. Instead of the client's. */
    readonly patience?: number;
};
type Method<Id extends OperationId> = Record<never, never> extends Input<Id> ? (input?: Input<Id>, options?: CallOptions) => Promise<Answer<Id>> : (input: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>;
export type Client = {
    readonly [Id in OperationId]: Method<Id>;
};
export type HttpRequest = {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
};
/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
}) => Promise<{
    readonly status: number;
    readonly headers: {
        get(name: string): string | null;
    };
    text(): Promise<string>;
}>;
export type ClientOptions = {
    /** Where the service is, as in `http://localhost:3000`. */
    readonly baseUrl: string;
    /** The global `fetch` when absent. */
    readonly fetch?: Fetch;
    /** The headers of a request, with what shows who is calling. It is asked for each attempt. */
    readonly authorize?: (request: HttpRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
    /** Milliseconds during which a call without an answer is repeated: 60,000 when absent. */
    readonly patience?: number;
};
/** There is no answer of the shop: nobody answered in time, or API Gateway answered by itself. */
export declare class NoAnswer extends Error {
    readonly name = "NoAnswer";
    /** The status of API Gateway, as 401 or 403 for a caller that it does not let in. */
    readonly status: number | undefined;
    constructor(message: string, status: number | undefined, cause?: unknown);
}
/** A problem as an error, for `orThrow`. */
export declare class ProblemError extends Error {
    readonly name = "ProblemError";
    readonly problem: Told;
    constructor(problem: Told);
}
/**
 * The success of an answer.
 *
 * @throws ProblemError when it is a problem
 */
export declare const orThrow: <Either extends {
    readonly ok: true;
} | {
    readonly ok: false;
    readonly problem: Told;
}>(answer: Either) => Extract<Either, {
    readonly ok: true;
}>;
/** Authorizes with a token, or with the one that a function gets. */
export declare const bearer: (token: string | (() => string | Promise<string>)) => NonNullable<ClientOptions['authorize']>;
export declare const createClient: (options: ClientOptions) => Client;
