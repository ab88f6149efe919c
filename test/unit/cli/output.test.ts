/** How output looks: in 80 columns, with colours only where somebody sees them. */
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands/index.ts';
import { EXIT } from '../../../cli/exit-code.ts';
import { table } from '../../../cli/table.ts';
import { columnsOf, wrapped } from '../../../cli/text.ts';
import { orderResource } from '../../../lib/http/resources.ts';
import { aLine, anOrder } from '../../support/builders.ts';
import { openCommandLine } from '../../support/command-line.ts';

const widest = (text: string): number =>
  text.split('\n').reduce((most, line) => Math.max(most, columnsOf(line)), 0);

const GROUPS = ['order', 'product', 'queue'];
const HELP = [
  '',
  ...GROUPS,
  ...['show', 'list', 'place', 'amend', 'confirm', 'lock', 'unlock'].map((verb) => `order ${verb}`),
  ...['ship', 'deliver', 'return', 'cancel', 'reinstate', 'delete'].map((verb) => `order ${verb}`),
  ...['show', 'list', 'create', 'adjust', 'delete'].map((verb) => `product ${verb}`),
  ...['status', 'dead-letters', 'redrive'].map((verb) => `queue ${verb}`),
  ...['movements', 'cancel', 'redrive', 'doctor'],
];

describe('Help', () => {
  test.each(HELP)('of "countermand %s" fits 80 columns', async (command) => {
    const { exitCode, stdout } = await openCommandLine().runs(`${command} --help`);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`countermand ${command}`));
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test('lists every command and every exit code', async () => {
    const { stdout } = await openCommandLine().runs('--help');

    for (const code of Object.values(EXIT).filter((each) => each !== EXIT.interrupted)) {
      expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}\\w`, 'm'));
    }
    expect(stdout.match(/^ {2}countermand /gm)).toHaveLength(COMMANDS.length + 1);
  });

  test.each([
    ['orders list', 'order list'],
    ['products create', 'product create'],
    ['redrive', 'queue redrive'],
  ])('of "countermand %s" is that of "%s"', async (other, command) => {
    const { runs } = openCommandLine();
    const [, ...described] = (await runs(`${command} --help`)).stdout.split('\n');

    expect((await runs(`${other} --help`)).stdout.split('\n').slice(1)).toEqual(described);
    expect(described).toContain('Options:');
  });

  test('has a version, and completes commands', async () => {
    const { runs } = openCommandLine();

    expect((await runs('--version')).stdout).toBe('1.2.3\n');
    expect((await runs('completion')).stdout).toContain('countermand --get-yargs-completions');
  });
});

describe('A table', () => {
  const ids = ['x'.repeat(64), 'ü'.repeat(40), '漢字'.repeat(20)];

  test.each([80, 60])('fits %i columns and cuts nothing off', (width) => {
    const text = table(
      [
        { title: 'order', kind: 'id' },
        { title: 'note', kind: 'text' },
        { title: 'units', kind: 'number' },
      ],
      ids.map((id) => [id, 'some words that somebody has written about it', 1_000_000_000]),
      width,
    );

    expect(widest(text)).toBeLessThanOrEqual(width);
    for (const character of 'xü漢字') {
      const count = (where: string) => where.split(character).length;
      expect(count(text)).toBe(count(ids.join('')));
    }
  });

  test('breaks text between words', () => {
    const text = table([{ title: 'note', kind: 'text' }], [['aaaaaaaaaa bbbbbbbbbb cc']], 16);

    expect(text.split('\n').slice(2)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb cc']);
  });

  test('of a whole order fits 80 columns', async () => {
    const order = anOrder('o'.repeat(64), [aLine('p'.repeat(64), 1_000_000_000)]);
    const { runs } = openCommandLine({
      answers: () => ({ status: 200, body: orderResource(order) }),
    });

    expect(widest((await runs('order show 1')).stdout)).toBeLessThanOrEqual(80);
  });
});

test('A sentence breaks between words, and its further lines are indented', () => {
  expect(wrapped('one two three four', 9, 2)).toBe('one two\n  three\n  four');
});

describe('Colours', () => {
  const answers = () => Promise.reject(new Error('nobody'));

  test('are shown in a terminal', async () => {
    expect((await openCommandLine({ answers, terminal: true }).runs('doctor')).stdout).toContain(
      '\u001b[32mok\u001b[39m',
    );
  });

  test.each([
    ['no terminal', {}, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true],
    ['a terminal that has none', { TERM: 'dumb' }, true],
  ])('are not shown with %s', async (_, env, terminal) => {
    expect((await openCommandLine({ answers, env, terminal }).runs('doctor')).stdout).not.toContain(
      '\u001b',
    );
  });
});
