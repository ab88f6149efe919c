/**
 * The typed client of Countermand's API: one method for each operation of its OpenAPI document.
 *
 * A method returns what the shop says, a success or a problem, as a value with exact types. It throws
 * only when there is no such answer: `NoAnswer`.
 */
import { OPERATIONS } from './operations.js';
/** There is no answer of the shop: nobody answered in time, or API Gateway answered by itself. */
export class NoAnswer extends Error {
    name = 'NoAnswer';
    /** The status of API Gateway, as 401 or 403 for a caller that it does not let in. */
    status;
    constructor(message, status, cause) {
        super(message, { cause });
        this.status = status;
    }
}
/** A problem as an error, for `orThrow`. */
export class ProblemError extends Error {
    name = 'ProblemError';
    problem;
    constructor(problem) {
        super(`${problem.detail} (${problem.code})`);
        this.problem = problem;
    }
}
/**
 * The success of an answer.
 *
 * @throws ProblemError when it is a problem
 */
export const orThrow = (answer) => {
    if (answer.ok)
        return answer;
    throw new ProblemError(answer.problem);
};
/** Authorizes with a token, or with the one that a function gets. */
export const bearer = (token) => async ({ headers }) => ({
    ...headers,
    authorization: `Bearer ${typeof token === 'string' ? token : await token()}`,
});
/** A little more than the 30 seconds after which API Gateway answers in any case. */
const LONGEST_ATTEMPT_MS = 35_000;
const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
export const createClient = (options) => Object.fromEntries(Object.keys(OPERATIONS).map((id) => [
    id,
    (input = {}, callOptions = {}) => answer(requestOf(options.baseUrl, OPERATIONS[id], input), {
        ...options,
        ...callOptions,
    }),
]));
const requestOf = (baseUrl, { method, path, query, names }, input) => {
    const { body } = input;
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(input[name])));
    const pairs = query
        .filter((name) => input[name] !== undefined)
        .map((name) => `${name}=${encodeURIComponent(String(input[name]))}`);
    const key = input.idempotencyKey ?? nameOfOwn(names, body);
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
const nameOfOwn = (names, body) => names !== undefined && (body?.[names] ?? undefined) === undefined
    ? crypto.randomUUID()
    : undefined;
/** Repeats a request until the shop answers with more than "try again", while there is patience. */
const answer = async (request, options) => {
    const end = Date.now() + (options.patience ?? PATIENCE_MS);
    for (let attempts = 1;; attempts += 1) {
        const attempt = await attemptOnce(request, end, options);
        const pause = Math.max(attempt.pause ?? 0, Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts));
        if (!isPassing(attempt) || Date.now() + pause >= end)
            return toAnswer(request, attempt, attempts);
        await sleep(pause, options.signal);
    }
};
const attemptOnce = async (request, end, { fetch = globalThis.fetch, authorize, signal }) => {
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
    }
    catch (cause) {
        signal?.throwIfAborted();
        return { status: undefined, cause };
    }
};
const isProblem = (body) => typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
/** Answers that another attempt may replace; a 500 only from API Gateway, which has no code. */
const isPassing = ({ status, body }) => status === undefined ||
    [429, 502, 503, 504].includes(status) ||
    (status === 500 && !isProblem(body));
const toAnswer = ({ method, url }, { status, body, correlationId, cause }, attempts) => {
    if (status === undefined)
        throw new NoAnswer(`No answer to ${method} ${url}`, status, cause);
    if (status < 300)
        return { ok: true, status, body, correlationId, attempts };
    if (isProblem(body))
        return { ok: false, status, problem: body, correlationId, attempts };
    throw new NoAnswer(`${method} ${url} was answered with ${status} by API Gateway`, status);
};
const sleep = (milliseconds, signal) => new Promise((resolve, reject) => {
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
