/** The client of the HTTP API: finds it, signs, repeats what is safe to repeat. */
import type { Operation } from '../lib/http/operation.ts';
import { backOff } from '../lib/retry.ts';
import { awsSigner, type HttpRequest } from './aws/sign.ts';
import { apiUrlOfStack } from './aws/stack.ts';
import { Failure, interruption, tryAgain } from './failure.ts';
import { type Place, regionOf, stageOf } from './place.ts';
import type { Ports } from './ports.ts';
import { failureOf, readAnswer } from './read-answer.ts';

export type Request = {
  readonly path?: Readonly<Record<string, string>>;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly idempotencyKey?: string | undefined;
};

/**
 * - `repeated`: an earlier attempt had no answer. It may have taken effect, so that this is the
 *   answer to a repetition.
 */
export type Answer<Body> = {
  readonly status: number;
  readonly body: Body;
  readonly repeated: boolean;
};

export type Api = {
  /** The address, looked up in the stage's stack if nothing names it. */
  readonly url: () => Promise<string>;
  /** @throws Failure for every answer that is no success */
  readonly call: <Body>(
    operation: Pick<Operation, 'method' | 'path' | 'scope'>,
    request?: Request,
  ) => Promise<Answer<Body>>;
};

type ApiPorts = Pick<Ports, 'fetch' | 'runtime' | 'credentials' | 'interrupted'>;

/** A little more than the 30 seconds after which API Gateway answers in any case. */
const PATIENCE_MS = 35_000;

type ApiOptions = {
  /** Seconds during which a call that got no answer is repeated. */
  readonly retryFor: number;
  /** For whom the caller says that it acts. */
  readonly actor?: string | undefined;
  readonly note: (text: string) => void;
};

export const createApi = (place: Place, options: ApiOptions, ports: ApiPorts): Api => {
  let found: Promise<string> | undefined;
  const url = () => {
    found ??=
      place.url === undefined
        ? apiUrlOfStack(stageOf(place), regionOf(place), ports)
        : Promise.resolve(place.url);
    return found;
  };
  return {
    url,
    async call<Body>(
      operation: Pick<Operation, 'method' | 'path' | 'scope'>,
      request: Request = {},
    ) {
      const plain = requestOf(await url(), operation, request, options);
      const send = async () => attempt(await authorized(plain, operation, place, ports), ports);
      return (await repeatedly(send, await url(), options, ports)) as Answer<Body>;
    },
  };
};

const requestOf = (
  base: string,
  { method, path }: Pick<Operation, 'method' | 'path'>,
  { path: parameters = {}, query = {}, body, idempotencyKey }: Request,
  { actor }: ApiOptions,
): HttpRequest => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(parameters[name] ?? ''),
  );
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return {
    method: method.toUpperCase(),
    url: `${base}${filled}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
    headers: {
      accept: 'application/json',
      ...(actor !== undefined && { 'x-actor': actor }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
};

const authorized = async (
  request: HttpRequest,
  { scope }: Pick<Operation, 'scope'>,
  place: Place,
  ports: ApiPorts,
): Promise<HttpRequest> => {
  const { authorization } = place;
  if (scope === 'none' || authorization === 'none') return request;
  const headers =
    authorization === 'aws'
      ? await awsSigner('execute-api', regionOf(place), ports)(request)
      : { ...request.headers, authorization: `Bearer ${authorization.token}` };
  return { ...request, headers };
};

/** What came of one attempt: an answer, or why there is none. */
type Attempt =
  | { readonly status: number; readonly body: unknown }
  | { readonly unanswered: string };

const attempt = async ({ url, ...init }: HttpRequest, ports: ApiPorts): Promise<Attempt> => {
  const { fetch, runtime, interrupted } = ports;
  try {
    const signal = AbortSignal.any([interrupted, runtime.abortAfter(PATIENCE_MS)]);
    return await readAnswer(await fetch(url, { ...init, signal }));
  } catch (error) {
    if (interrupted.aborted) throw interruption();
    if (error instanceof Failure) throw error;
    return { unanswered: whyUnanswered(error) };
  }
};

/** Repeats an attempt until it is answered by more than `try_again`, while there is time. */
const repeatedly = async (
  send: () => Promise<Attempt>,
  url: string,
  { retryFor, note }: ApiOptions,
  { runtime, interrupted }: ApiPorts,
): Promise<Answer<unknown>> => {
  const end = runtime.now().getTime() + retryFor * 1_000;
  const remaining = () => Math.max(0, end - runtime.now().getTime());
  let repeated = false;
  for (let number = 0; ; number += 1) {
    const result = await send();
    const isAnswer = 'status' in result;
    if (isAnswer && !isPassing(result)) {
      const failure = failureOf(result, url, repeated);
      if (failure) throw failure;
      return { ...result, repeated };
    }
    if (!(await backOff(number, remaining, runtime))) throw givenUp(result, url);
    if (interrupted.aborted) throw interruption();
    if (!repeated) note(`${whatHappened(result, url)}; trying again for ${retryFor} s.`);
    repeated = true;
  }
};

/** Answers that another attempt may replace; a 500 only from API Gateway, which has no code. */
const isPassing = ({ status, body }: { status: number; body: unknown }): boolean =>
  [429, 502, 503, 504].includes(status) ||
  (status === 500 && !(typeof body === 'object' && body !== null && 'code' in body));

const whatHappened = (result: Attempt, url: string): string => {
  if ('unanswered' in result) return `No answer from ${url} (${result.unanswered})`;
  return `${url} answered ${result.status}`;
};

const givenUp = (result: Attempt, url: string): Failure => {
  if ('unanswered' in result) {
    const start = /localhost|127\.0\.0\.1/.test(url) ? ' Does the system run? npm start.' : '';
    return tryAgain('not_reachable', `No answer from ${url} (${result.unanswered}).${start}`);
  }
  const { detail } = { ...(result.body as { readonly detail?: string } | undefined) };
  const sentence = detail === undefined ? whatHappened(result, url) : `Not done in time: ${detail}`;
  return tryAgain('try_again', `${sentence}.`);
};

const whyUnanswered = (error: unknown): string => {
  const { cause = error, name } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  const code = (cause as { code?: string } | undefined)?.code;
  const words: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    ENOTFOUND: 'no such host',
    UND_ERR_SOCKET: 'connection closed',
  };
  return words[code ?? ''] ?? code ?? (cause as Error).message;
};
