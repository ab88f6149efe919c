/**
 * The typed client of Countermand's API: one method for each operation of its OpenAPI document.
 *
 * A method returns what the shop says, a success or a problem, as a value with exact types. It throws
 * only when there is no such answer: `NoAnswer`.
 */
import { OPERATIONS, type Operations } from './operations.ts';

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

type Told = { readonly status: number; readonly code: string; readonly detail: string };

type FailureOf<Problem> = Problem extends Told
  ? Call & { readonly ok: false; readonly status: Problem['status']; readonly problem: Problem }
  : never;

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

type Method<Id extends OperationId> =
  Record<never, never> extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>
    : (input: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>;

export type Client = { readonly [Id in OperationId]: Method<Id> };

export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export type ClientOptions = {
  /** Where the service is, as in `http://localhost:3000`. */
  readonly baseUrl: string;
  /** The global `fetch` when absent. */
  readonly fetch?: Fetch;
  /** The headers of a request, with what shows who is calling. It is asked for each attempt. */
  readonly authorize?: (
    request: HttpRequest,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Milliseconds during which a call without an answer is repeated: 60,000 when absent. */
  readonly patience?: number;
};

/** There is no answer of the shop: nobody answered in time, or API Gateway answered by itself. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** The status of API Gateway, as 401 or 403 for a caller that it does not let in. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** A problem as an error, for `orThrow`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Told;

  constructor(problem: Told) {
    super(`${problem.detail} (${problem.code})`);
    this.problem = problem;
  }
}

/**
 * The success of an answer.
 *
 * @throws ProblemError when it is a problem
 */
export const orThrow = <
  Either extends { readonly ok: true } | { readonly ok: false; readonly problem: Told },
>(
  answer: Either,
): Extract<Either, { readonly ok: true }> => {
  if (answer.ok) return answer as Extract<Either, { readonly ok: true }>;
  throw new ProblemError(answer.problem);
};

/** Authorizes with a token, or with the one that a function gets. */
export const bearer =
  (token: string | (() => string | Promise<string>)): NonNullable<ClientOptions['authorize']> =>
  async ({ headers }) => ({
    ...headers,
    authorization: `Bearer ${typeof token === 'string' ? token : await token()}`,
  });

/** A little more than the 30 seconds after which API Gateway answers in any case. */
const LONGEST_ATTEMPT_MS = 35_000;
const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export const createClient = (options: ClientOptions): Client =>
  Object.fromEntries(
    Object.keys(OPERATIONS).map((id) => [
      id,
      (input: Fields = {}, callOptions: CallOptions = {}) =>
        answer(requestOf(options.baseUrl, OPERATIONS[id as OperationId], input), {
          ...options,
          ...callOptions,
        }),
    ]),
    // The types say of each method what its operation takes and answers; the code is the same for all.
  ) as unknown as Client;

type Fields = Readonly<Record<string, unknown>>;

type Route = {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  /** The field of the body that names what the call creates. */
  readonly names?: string;
};

const requestOf = (
  baseUrl: string,
  { method, path, query, names }: Route,
  input: Fields,
): HttpRequest => {
  const { body } = input;
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(input[name])));
  const pairs = query
    .filter((name) => input[name] !== undefined)
    .map((name) => `${name}=${encodeURIComponent(String(input[name]))}`);
  const key = input.idempotencyKey ?? nameOfOwn(names, body as Fields | undefined);
  return {
    method,
    url: `${baseUrl.replace(/\/$/, '')}${filled}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': String(key) }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
};

/** What is created without a name gets one here, so that all attempts create the same. */
const nameOfOwn = (names: string | undefined, body: Fields | undefined): string | undefined =>
  names !== undefined && (body?.[names] ?? undefined) === undefined
    ? crypto.randomUUID()
    : undefined;

type Attempt = {
  readonly status: number | undefined;
  readonly body?: unknown;
  readonly correlationId?: string | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly pause?: number;
  readonly cause?: unknown;
};

/** Repeats a request until the shop answers with more than "try again", while there is patience. */
const answer = async (request: HttpRequest, options: ClientOptions & CallOptions) => {
  const end = Date.now() + (options.patience ?? PATIENCE_MS);
  for (let attempts = 1; ; attempts += 1) {
    const attempt = await attemptOnce(request, end, options);
    const pause = Math.max(
      attempt.pause ?? 0,
      Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts),
    );
    if (!isPassing(attempt) || Date.now() + pause >= end)
      return toAnswer(request, attempt, attempts);
    await sleep(pause, options.signal);
  }
};

const attemptOnce = async (
  request: HttpRequest,
  end: number,
  { fetch = globalThis.fetch, authorize, signal }: ClientOptions & CallOptions,
): Promise<Attempt> => {
  signal?.throwIfAborted();
  const headers = { ...(authorize ? await authorize(request) : request.headers) };
  const time = AbortSignal.timeout(Math.max(1, Math.min(LONGEST_ATTEMPT_MS, end - Date.now())));
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      ...(request.body !== undefined && { body: request.body }),
      signal: signal ? AbortSignal.any([signal, time]) : time,
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return {
      status: response.status,
      body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
      correlationId: response.headers.get('x-correlation-id') ?? undefined,
      pause: Number.isFinite(seconds) ? seconds * 1_000 : 0,
    };
  } catch (cause) {
    signal?.throwIfAborted();
    return { status: undefined, cause };
  }
};

const isProblem = (body: unknown): body is Told =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

/** Answers that another attempt may replace; a 500 only from API Gateway, which has no code. */
const isPassing = ({ status, body }: Attempt): boolean =>
  status === undefined ||
  [429, 502, 503, 504].includes(status) ||
  (status === 500 && !isProblem(body));

const toAnswer = (
  { method, url }: HttpRequest,
  { status, body, correlationId, cause }: Attempt,
  attempts: number,
) => {
  if (status === undefined) throw new NoAnswer(`No answer to ${method} ${url}`, status, cause);
  if (status < 300) return { ok: true, status, body, correlationId, attempts };
  if (isProblem(body)) return { ok: false, status, problem: body, correlationId, attempts };
  throw new NoAnswer(`${method} ${url} was answered with ${status} by API Gateway`, status);
};

const sleep = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
