/** `countermand/client` as a consumer gets it: generated files, compiled, with exact types. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { CLIENT_FILE, clientText } from '../../support/client-types.ts';

const run = promisify(execFile);
const node = (...args: string[]) => run(process.execPath, args);
const tsc = (...args: string[]) =>
  node('node_modules/typescript/bin/tsc', ...args).catch(({ stdout }) => ({ stdout }));

/** Instead of a shop: tells of each call who makes it, and answers to all the same. */
const NO_NETWORK = `data:text/javascript,${encodeURIComponent(`
  globalThis.fetch = async (url, { method, headers }) => {
    const [caller = 'nobody'] = new Headers(headers).get('authorization')?.split(' ') ?? [];
    console.log(method + ' ' + url + ' as ' + caller);
    return {
      status: 200,
      headers: new Headers({ 'content-type': 'application/json' }),
      text: async () => JSON.stringify({ status: 'pending', outcome: 'cancelled', restored: [] }),
    };
  };
`)}`;

const contentsOf = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(folder)).map(async (file) => [
        file,
        await readFile(join(folder, file), 'utf8'),
      ]),
    ),
  );

describe('The package countermand/client', () => {
  test('has the types of the OpenAPI document; npm run openapi makes them anew', async () => {
    expect(await readFile(CLIENT_FILE, 'utf8')).toBe(await clientText());
  });

  test('is compiled from its sources; npm run openapi compiles it anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countermand-client-'));
    try {
      const { stdout } = await tsc('-p', 'client', '--outDir', folder);

      expect(stdout).toBe('');
      expect(await contentsOf('client/dist')).toEqual(await contentsOf(folder));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('runs in Node by its name, without a build', async () => {
    const { stdout } = await node(
      '--input-type=module',
      '--eval',
      `import { createClient } from 'countermand/client';
       const fetch = async (url, { method }) => ({
         status: 200, headers: new Headers(), text: async () => method + ' ' + url,
       });
       const { body } = await createClient({ baseUrl: 'http://shop', fetch }).getHealth();
       console.log(body);`,
    );

    expect(stdout).toBe('GET http://shop/health\n');
  });

  // In strict mode, with the libraries checked, too: test/consumer has the claims about types.
  test.each(['nodenext', 'bundler'])('has exact types for a consumer: %s', async (resolution) => {
    const { stdout } = await tsc('-p', `test/consumer/tsconfig.${resolution}.json`);

    expect(stdout).toBe('');
  });

  test.each([
    ['README.md', 'local', ['POST http://localhost:3000/orders/1001/cancel as nobody', '200']],
    [
      'docs/client.md',
      'token',
      ['POST https://api.example.com/orders/1001/cancel as Bearer', 'cancelled []'],
    ],
    [
      'docs/client.md',
      'signed',
      [
        'GET https://abc123.execute-api.eu-west-1.amazonaws.com/orders/1001 as AWS4-HMAC-SHA256',
        'pending',
      ],
    ],
  ])(
    'is explained in %s with an example that compiles and runs: %s',
    async (page, name, printed) => {
      const file = `client/examples/${name}.ts`;

      expect(await readFile(page, 'utf8')).toContain(
        `\`\`\`ts\n${await readFile(file, 'utf8')}\`\`\``,
      );

      const { stdout } = await run(
        process.execPath,
        ['--import', 'tsx', '--import', NO_NETWORK, file],
        {
          env: {
            ...process.env,
            AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
            AWS_SECRET_ACCESS_KEY: 'secret',
          },
        },
      );
      expect(stdout.trim().split('\n')).toEqual(printed);
    },
  );
});
