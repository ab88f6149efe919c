import { notAllowed, tryAgain, wrongUsage } from '../failure.ts';
import type { Ports } from '../ports.ts';
import { awsSigner } from './sign.ts';

/** The output of the stack that serverless writes for an HTTP API. */
const API_URL = /<OutputKey>HttpApiUrl<\/OutputKey>\s*<OutputValue>([^<]+)<\/OutputValue>/;

/**
 * The address of a deployed stage's API, from its CloudFormation stack.
 *
 * @throws Failure when there is no such stack, or it may not be read
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export const apiUrlOfStack = async (
  stage: string,
  region: string,
  ports: Pick<Ports, 'fetch' | 'credentials' | 'runtime' | 'interrupted'>,
): Promise<string> => {
  const stack = `countermand-${stage}`;
  const request = {
    method: 'POST',
    url: `https://cloudformation.${region}.amazonaws.com/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'DescribeStacks',
      Version: '2010-05-15',
      StackName: stack,
    }).toString(),
  };
  const headers = await awsSigner('cloudformation', region, ports)(request);
  const hint = 'Or give the address of its API with --url.';
  const { status, text } = await read({ ...request, headers }, ports);
  const url = API_URL.exec(text)?.[1]?.trim();
  if (url !== undefined) return url.replace(/\/+$/, '');
  if (/does not exist/.test(text)) {
    throw wrongUsage(`There is no stack ${stack} in ${region}: is it deployed there? ${hint}`);
  }
  if (status === 403) {
    throw notAllowed(`The credentials may not read the stack ${stack} in ${region}. ${hint}`);
  }
  throw tryAgain(
    'not_reachable',
    `CloudFormation did not tell the address of ${stack} in ${region} (${status}). ${hint}`,
  );
};

const read = async (
  { url, ...request }: { readonly url: string } & Parameters<Ports['fetch']>[1],
  { fetch, interrupted }: Pick<Ports, 'fetch' | 'interrupted'>,
): Promise<{ status: number; text: string }> => {
  try {
    const response = await fetch(url, { ...request, signal: interrupted });
    return { status: response.status, text: await response.text() };
  } catch {
    throw tryAgain('not_reachable', `CloudFormation is not reachable at ${url}.`);
  }
};
