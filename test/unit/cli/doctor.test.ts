/** `countermand doctor`: what works, what is missing, what to do. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { notAllowed } from '../../../cli/failure.ts';
import { openCommandLine, shopThat } from '../../support/command-line.ts';

const WELL = shopThat({
  'GET /health': { status: 200, body: { status: 'ok' } },
  'GET /products?limit=1': { status: 200, body: { items: [] } },
});
const NOBODY = () =>
  Promise.reject(Object.assign(new Error('x'), { cause: { code: 'ECONNREFUSED' } }));

describe('countermand doctor', () => {
  test('finds nothing wrong with a machine on which the system runs', async () => {
    const { runs } = openCommandLine({
      answers: WELL,
      machine: { isPortTaken: async () => true, listenerOn: async () => 'node, process 7' },
    });

    expect(await runs('doctor')).toMatchObject({
      exitCode: 0,
      stdout: [
        'ok       Node            24.1.0',
        'ok       Java            21',
        'ok       dynoxide        can run here',
        'ok       port 3000       taken by node, process 7 (HTTP_PORT)',
        'ok       port 3002       taken by node, process 7 (LAMBDA_PORT)',
        'ok       port 8000       taken by node, process 7 (DYNAMODB_PORT)',
        'ok       port 9324       taken by node, process 7 (SQS_PORT)',
        'ok       credentials     not needed on this machine',
        'ok       system          answers at http://localhost:3000',
        '',
      ].join('\n'),
    });
  });

  test('says that the system does not run, which is nothing wrong on this machine', async () => {
    const { runs, sent } = openCommandLine({ answers: NOBODY });

    const { exitCode, stdout } = await runs('doctor');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('ok       port 3000       free (HTTP_PORT)\n');
    expect(stdout).toMatch(/^note {5}system {10}does not run at http:\/\/localhost:3000\. npm/m);
    expect(sent).toHaveLength(1);
  });

  test('says who has a port that the system needs', async () => {
    const { runs } = openCommandLine({
      answers: NOBODY,
      env: { SQS_PORT: '9999' },
      machine: {
        isPortTaken: async (port) => port === 9999,
        listenerOn: async () => 'python3, process 4242',
      },
    });

    const { exitCode, json } = await runs('doctor --json');

    expect(exitCode).toBe(1);
    expect(json.isWell).toBe(false);
    expect(json.findings).toContainEqual({
      what: 'port 9999',
      state: 'lacking',
      found: 'taken by python3, process 4242 (SQS_PORT)',
      advice: 'End it, or set SQS_PORT to another port.',
    });
  });

  test('says that another server answers', async () => {
    const { runs } = openCommandLine({ answers: () => ({ status: 200, body: '<h1>Hello</h1>' }) });

    const { exitCode, json } = await runs('doctor --json');

    expect(exitCode).toBe(1);
    expect(json.findings.at(-1)).toEqual({
      what: 'system',
      state: 'lacking',
      found: 'What answers at http://localhost:3000 is not Countermand.',
    });
  });

  test('needs the Node that package.json asks for', async () => {
    const { engines } = JSON.parse(
      await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
    );
    const { runs } = openCommandLine({ answers: WELL, machine: { nodeVersion: '1.0.0' } });

    const { advice } = (await runs('doctor --json')).json.findings[0];
    for (const version of engines.node.match(/[\d.]+/g)) expect(advice).toContain(version);
  });

  test.each([
    ['20.18.3', 'lacking'],
    ['21.7.0', 'lacking'],
    ['22.12.0', 'lacking'],
    ['23.1.0', 'lacking'],
    ['18.20.0', 'lacking'],
    ['20.19.0', 'ok'],
    ['22.13.0', 'ok'],
  ])('takes Node %s for %s', async (nodeVersion, state) => {
    const { runs } = openCommandLine({ answers: WELL, machine: { nodeVersion } });

    const { json } = await runs('doctor --json');

    expect(json.findings[0]).toMatchObject({ what: 'Node', state, found: nodeVersion });
  });

  test.each([
    [[true, false], 'ok', 'note'],
    [[false, true], 'note', 'ok'],
    [[false, false], 'lacking', 'lacking'],
  ])('needs one engine: with %j they are %s and %s', async (available, first, second) => {
    const [dynoxide, local] = available.map((each) =>
      each ? ({ available: true } as const) : ({ available: false, reason: 'no Java' } as const),
    );
    const { runs } = openCommandLine({
      answers: WELL,
      machine: {
        java: async () => undefined,
        engines: async () => [
          { kind: 'dynoxide', ...(dynoxide ?? { available: true }) },
          { kind: 'dynamodb-local', ...(local ?? { available: true }) },
        ],
      },
    });

    const { json } = await runs('doctor --json');

    expect(json.findings.slice(1, 4)).toMatchObject([
      { what: 'Java', state: 'note' },
      { what: 'dynoxide', state: first },
      { what: 'dynamodb-local', state: second },
    ]);
  });

  test('needs no engine and no port for one that runs already', async () => {
    const { runs } = openCommandLine({
      answers: NOBODY,
      env: { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8123' },
      machine: {
        engines: async () => [{ kind: 'dynoxide', available: false, reason: 'no binary' }],
        isPortTaken: async (port) => port === 8000,
      },
    });

    expect(await runs('doctor')).toMatchObject({ exitCode: 0 });
  });

  test('asks a deployed stage for credentials, and for being let in', async () => {
    const url = '--url https://abc.execute-api.eu-west-1.amazonaws.com';
    const credentials = () => Promise.reject(notAllowed('There are no AWS credentials.'));

    expect((await openCommandLine({ answers: WELL }).runs(`doctor ${url} --json`)).json).toEqual({
      isWell: true,
      findings: [
        { what: 'Node', state: 'ok', found: '24.1.0' },
        { what: 'credentials', state: 'ok', found: 'AWS access key AKIDEXAMPLE' },
        {
          what: 'system',
          state: 'ok',
          found: 'answers at https://abc.execute-api.eu-west-1.amazonaws.com',
        },
      ],
    });
    expect(
      await openCommandLine({ answers: WELL, credentials }).runs(`doctor ${url}`),
    ).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('There are no AWS credentials.'),
    });
    expect(await openCommandLine({ answers: NOBODY }).runs(`doctor ${url}`)).toMatchObject({
      exitCode: 1,
    });
  });
});
