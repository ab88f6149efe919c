import type { Runtime } from '../../lib/runtime.ts';
import type { Credentials } from './credentials.ts';

/** A request of HTTP, ready to be sent. */
export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
};

/**
 * Signs requests to a service of AWS.
 *
 * @param service its name in signatures: `execute-api` for API Gateway
 * @returns the headers of the request, with the signature
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const awsSigner =
  (
    service: string,
    region: string,
    { credentials, runtime }: { readonly credentials: Credentials; readonly runtime: Runtime },
  ) =>
  async ({ method, url, headers, body }: HttpRequest): Promise<Record<string, string>> => {
    const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
      import('@smithy/signature-v4'),
      import('@aws-crypto/sha256-js'),
    ]);
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
    const signed = await signer.sign(
      {
        method,
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: { ...headers, host },
        body,
      },
      { signingDate: runtime.now() },
    );
    // `fetch` sets this one itself.
    const { host: _, ...others } = signed.headers;
    return others;
  };
