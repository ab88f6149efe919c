/** How a command ends that was not done. */
import { describe, expect, test } from '@jest/globals';
import { openCommandLine, refusal } from '../../support/command-line.ts';

const lost = (code: string) =>
  Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code } }));

describe('A command', () => {
  test.each([
    ['is refused', refusal(409, 'order_not_cancellable', 'Order 1 is shipped'), 1],
    ['finds nothing', refusal(404, 'order_not_found', 'There is no order 1'), 1],
    ['is told that it makes no sense', refusal(400, 'validation_failed', 'See errors'), 2],
    ['has to be repeated', refusal(503, 'try_again', 'Not in time'), 3],
    ['meets another server', { status: 404, body: '<h1>Not Found</h1>' }, 3],
    ['is too often', { status: 429, body: { message: 'Too Many Requests' } }, 3],
    ['lacks a signature', { status: 403, body: { message: 'Forbidden' } }, 4],
    ['has a token that is too old', { status: 401, body: { message: 'Unauthorized' } }, 4],
    ['meets a fault', refusal(500, 'internal_error', 'The log has more'), 5],
  ])('that %s ends with its own exit code', async (_, answer, exitCode) => {
    const { runs } = openCommandLine({ answers: () => answer });

    expect(await runs('order cancel 1')).toMatchObject({ exitCode, stdout: '' });
  });

  test('tells each invalid field', async () => {
    const errors = [{ path: 'note', message: 'Too long' }];
    const { runs } = openCommandLine({
      answers: () => refusal(400, 'validation_failed', 'See errors for each field', { errors }),
    });

    expect(await runs('order cancel 1 --json')).toMatchObject({
      stderr: 'See errors for each field (validation_failed).\n  note: Too long\n',
      json: { errors },
    });
  });

  test('tells a fault of its own in a sentence, without a stack trace', async () => {
    const { runs } = openCommandLine({
      before: () => {
        throw new TypeError('x is not a function');
      },
      answers: () => ({ status: 200 }),
      machine: { java: () => Promise.reject(new TypeError('x is not a function')) },
    });

    expect(await runs('doctor')).toMatchObject({
      exitCode: 5,
      stderr: 'This is a fault of Countermand: x is not a function\n',
    });
  });
});

describe('A call without an answer', () => {
  test.each([503, 502, 504, 429, 500])('is repeated after %i', async (status) => {
    const answers = [{ status }, { status }];
    const { runs, sent } = openCommandLine({
      answers: () => answers.shift() ?? { status: 204 },
    });

    expect(await runs('product delete tea')).toMatchObject({
      exitCode: 0,
      stderr: `http://localhost:3000 answered ${status}; trying again for 10 s.\n`,
    });
    expect(sent).toHaveLength(3);
  });

  test('is repeated for as long as --retry-for says', async () => {
    const { runs, spent } = openCommandLine({ answers: () => lost('ECONNREFUSED') });

    expect(await runs('order show 1 --retry-for 60')).toMatchObject({ exitCode: 3 });
    expect(spent()).toBeGreaterThan(58_000);
    expect(spent()).toBeLessThan(60_000);
  });

  test.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ENOTFOUND', 'no such host'],
    ['ECONNRESET', 'connection reset'],
  ])('is told in words: %s', async (code, words) => {
    const { runs } = openCommandLine({ answers: () => lost(code) });

    expect((await runs('order show 1 --retry-for 0')).stderr).toContain(
      `No answer from http://localhost:3000 (${words}). Does the system run?`,
    );
  });

  test('ends at Ctrl-C, and says that the command can be repeated', async () => {
    const line = openCommandLine({
      answers: () => {
        line.interrupt();
        return { status: 503 };
      },
    });

    expect(await line.runs('product adjust tea 1 --json')).toMatchObject({
      exitCode: 130,
      json: { code: 'interrupted', repeatWith: '--reference ID1' },
    });
  });
});

describe('Wrong usage', () => {
  test.each([
    ['', 'Name a command: see countermand --help.'],
    ['order', 'Name a command: see countermand order --help.'],
    ['order shwo', 'Did you mean show? See --help.'],
    ['frobnicate', 'Unknown argument: frobnicate. See --help.'],
    ['order show', 'Words are missing: there are 0, and there must be 1. See --help.'],
    ['order show 1 2', 'Unknown argument: 2. See --help.'],
    ['order list --nope', 'Unknown argument: nope. See --help.'],
    ['order list --limit 0', '--limit must be a whole number from 1 to 1000000, not "0".'],
    ['order show 1 --retry-for soon', '--retry-for must be a whole number from 0 to 86400'],
    ['order show 1 --url one --url two', '--url is given 2 times; once is enough. See --help.'],
    ['order show 1 --url ftp://x', 'The address must begin with http:// or https://'],
    ['order list --status lost', 'Invalid values: Argument: status, Given: "lost"'],
    ['cancel', 'Missing required argument: file. See --help.'],
  ])('of "countermand %s" is told, and nothing is sent', async (line, sentence) => {
    const { runs, sent } = openCommandLine();

    const { exitCode, stdout, stderr } = await runs(line);

    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.replace(/\s+/g, ' ')).toContain(sentence);
    expect(sent).toEqual([]);
  });

  test('is told as JSON, too', async () => {
    const { runs } = openCommandLine();

    expect((await runs('order list --nope --json')).json).toEqual({
      code: 'wrong_usage',
      detail: 'Unknown argument: nope. See --help.',
    });
  });

  test('of a port is told by its variable', async () => {
    const { runs } = openCommandLine({ env: { HTTP_PORT: 'x' } });

    expect(await runs('order list')).toMatchObject({
      exitCode: 2,
      stderr: 'HTTP_PORT must be a whole number from 1 to 65535, not "x".\n',
    });
  });
});
