/** Where a command looks for the system, and how it shows who calls. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../../../cli/place.ts';
import { type CommandLine, openCommandLine, refusal } from '../../support/command-line.ts';

const API = 'https://abc.execute-api.eu-west-1.amazonaws.com';
const STACK = `<DescribeStacksResponse><Outputs><member>
  <OutputKey>HttpApiUrl</OutputKey>
  <OutputValue>${API}/</OutputValue></member></Outputs></DescribeStacksResponse>`;

const page = { status: 200, body: { items: [] } };

const addressesOf = ({ sent }: CommandLine): string[] => sent.map(({ url }) => url);

describe('A command works', () => {
  test('on this machine, without a signature', async () => {
    const line = openCommandLine({ answers: () => page, env: { HTTP_PORT: '4000' } });

    await line.runs('order list');

    expect(addressesOf(line)).toEqual(['http://localhost:4000/orders?limit=25']);
    expect(line.sent[0]?.headers).not.toHaveProperty('authorization');
  });

  test('on a stage, at the address that its stack tells', async () => {
    const line = openCommandLine({
      answers: ({ url }) => (url.includes('cloudformation') ? { status: 200, body: STACK } : page),
    });

    await line.runs('order list --stage prod --region eu-west-1');

    expect(addressesOf(line)).toEqual([
      'https://cloudformation.eu-west-1.amazonaws.com/',
      `${API}/orders?limit=25`,
    ]);
    expect(line.sent[0]?.headers.authorization).toContain('/eu-west-1/cloudformation/aws4_request');
    expect(line.sent[1]?.headers.authorization).toContain('/eu-west-1/execute-api/aws4_request');
  });

  test.each([
    [{ status: 400, body: 'Stack with id countermand-prod does not exist' }, 2, 'no stack'],
    [{ status: 403, body: 'AccessDenied' }, 4, 'may not read'],
    [{ status: 500, body: '' }, 3, 'did not tell'],
  ])('on no stage whose stack answers %j', async (answer, exitCode, words) => {
    const line = openCommandLine({ answers: () => answer });

    const { stderr, ...ended } = await line.runs('order list --stage prod --region eu-west-1');

    expect(ended.exitCode).toBe(exitCode);
    expect(stderr.replace(/\s+/g, ' ')).toContain(words);
    expect(stderr).toContain('--url');
  });

  test('at an address, with a token instead of a signature', async () => {
    const line = openCommandLine({
      answers: () => page,
      env: { COUNTERMAND_URL: `${API}/`, COUNTERMAND_TOKEN: 'abc.def.ghi' },
    });

    await line.runs('order list');

    expect(addressesOf(line)).toEqual([`${API}/orders?limit=25`]);
    expect(line.sent[0]?.headers.authorization).toBe('Bearer abc.def.ghi');
  });

  test('on no stage without a region', async () => {
    const line = openCommandLine();

    expect(await line.runs('order list --stage prod')).toMatchObject({
      exitCode: 2,
      stderr: 'Name the region, with --region or in AWS_REGION.\n',
    });
    expect(line.sent).toEqual([]);
  });
});

describe('A command with --actor', () => {
  test('states for whom it acts, in a header that is signed, too', async () => {
    const line = openCommandLine({ answers: () => page });

    await line.runs(`order list --actor 'Grace Hopper' --url ${API}`);

    expect(line.sent[0]?.headers['x-actor']).toBe('Grace Hopper');
    expect(line.sent[0]?.headers.authorization).toMatch(/SignedHeaders=[^,]*;x-actor/);
  });

  test.each(['ü', "' x'", 'x'.repeat(256), "''"])('sends nothing for %s', async (actor) => {
    const line = openCommandLine();

    expect(await line.runs(`order list --actor ${actor}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--actor'),
    });
    expect(line.sent).toEqual([]);
  });
});

describe('The place of a command', () => {
  test.each([
    [{}, {}, { stage: 'local', authorization: 'none', sqsEndpoint: 'http://127.0.0.1:9324' }],
    [{ stage: 'local' }, { SQS_PORT: '1' }, { sqsEndpoint: 'http://127.0.0.1:1' }],
    [{ url: 'http://127.0.0.1:5000/' }, {}, { stage: 'local', url: 'http://127.0.0.1:5000' }],
    [{ stage: 'dev' }, { AWS_REGION: 'eu-west-1' }, { region: 'eu-west-1', url: undefined }],
    [{ stage: 'dev', region: 'us-east-2' }, { AWS_REGION: 'x' }, { region: 'us-east-2' }],
    [{}, { COUNTERMAND_STAGE: 'dev', AWS_DEFAULT_REGION: 'r' }, { stage: 'dev', region: 'r' }],
    [{ url: API }, { AWS_REGION: 'us-east-1' }, { region: 'eu-west-1', authorization: 'aws' }],
    [{ url: 'http://localhost:1', stage: 'dev' }, {}, { stage: 'dev', authorization: 'aws' }],
  ])('of %j with %j is %j', (options, env, expected) => {
    expect(placeOf(options, env)).toMatchObject(expected);
  });
});

/** Signature Version 4, written once more from its description. */
const signatureOf = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signed: string;
  readonly date: string;
  readonly scope: string;
}): string => {
  const { pathname, searchParams, host } = new URL(request.url);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const headers: Record<string, string> = { ...request.headers, host };
  const canonical = [
    request.method,
    pathname.split('/').map(encodeURIComponent).join('/'),
    [...searchParams]
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .toSorted()
      .join('&'),
    ...request.signed.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    request.signed,
    hash(request.body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.date, request.scope, hash(canonical)].join('\n');
  const key = request.scope.split('/').reduce<string | Buffer>(hmac, 'AWS4secret');
  return hmac(key, text).toString('hex');
};

test.each([
  'order cancel 1001 --reason fraud --retry-for 0',
  'movements --reference order_7~2 --limit 5',
  'order delete 1001',
])('The signature of "%s" is the one that AWS computes', async (command) => {
  const line = openCommandLine({
    answers: () => refusal(409, 'x', 'y'),
    credentials: async () => ({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    }),
  });

  await line.runs(`${command} --url ${API}`);

  const [{ method = '', url = '', headers = {}, body = undefined } = {}] = line.sent;
  const [, date = '', signed = '', signature] =
    /Credential=AKIDEXAMPLE\/(\d{8})\/.*SignedHeaders=(\S+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  expect(headers['x-amz-security-token']).toBe('session');
  expect(headers).not.toHaveProperty('host');
  expect(signed).toContain('host;');
  expect(signature).toBe(
    signatureOf({
      ...{ method, url, headers, signed },
      body: body === undefined ? '' : JSON.stringify(body),
      date: headers['x-amz-date'] ?? '',
      scope: `${date}/eu-west-1/execute-api/aws4_request`,
    }),
  );
});
