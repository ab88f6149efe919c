/** A plain HTTP client of the shop. */
import { createContract } from './contract.ts';

export type Answer = {
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests are about
  readonly body: any;
};

/** @param body a string as it is, everything else as JSON; no body when absent */
export type HttpCall = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** A caller of this API: every answer has to be one that its description has. */
export const httpCaller = (baseUrl: string): HttpCall => {
  const call = plainCaller(baseUrl);
  const expectDescribed = createContract();
  return async (method, path, ...request) => {
    const answer = await call(method, path, ...request);
    const { status, body } = answer;
    expectDescribed({ method, path, status, body, headers: Object.fromEntries(answer.headers) });
    return answer;
  };
};

/** A caller of anything. */
export const plainCaller =
  (baseUrl: string): HttpCall =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    return {
      status: response.status,
      contentType,
      headers: response.headers,
      body: text !== '' && contentType?.includes('json') ? JSON.parse(text) : text,
    };
  };
