/** A plain HTTP client of the shop. */

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

export const httpCaller =
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
