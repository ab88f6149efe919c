/** The commands that documents name, and whether they exist. */
import { COMMANDS } from '../../cli/commands/index.ts';
import { createParser } from '../../cli/parser.ts';
import type { Document } from './markdown.ts';

type Named = { readonly path: string; readonly words: readonly string[] };

/** A command ends at a comment, a pipe, or where another one begins. */
const COMMAND = /\bcountermand ((?:'[^']*'|[^'#|&;\n])+)/g;
const WORD = /'[^']*'|\S+/g;

/** The words of a command, as a shell sees them. */
export const wordsOf = (command: string): string[] =>
  (command.match(WORD) ?? []).map((word) => word.replace(/^'|'$/g, ''));

/** The commands in blocks, which somebody may copy and run. */
export const runnableCommands = ({ path, blocks }: Document): Named[] =>
  blocks.flatMap(({ text }) =>
    [...text.matchAll(COMMAND)]
      .filter(({ index }) => text.slice(0, index).endsWith('npx '))
      .map(([, command = '']) => ({ path, words: wordsOf(command) })),
  );

const SHELL_WORDS =
  'npm|npx|node|bash|curl|tail|printf|export|for|psql|aws|jq|ITERATOR=\\S+|API=\\S+|PART=\\S+';
const SHELL_LINE = new RegExp(`^(?:${SHELL_WORDS}) `);

/** A loop, and a line that goes on in the next one, become one line. */
const onOneLine = (text: string): string =>
  text
    .replace(/(\\|\|)\n */g, (_, end: string) => (end === '|' ? '| ' : ''))
    .replace(/^( *)for [\s\S]*?^\1done$/gm, (loop) => loop.replace(/\n */g, '; '));

/** Lines without what a comment says. A line that is a comment is none. */
const linesOf = (text: string): string[] =>
  onOneLine(text)
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');

/** Blocks without a language: commands, or something to look at. */
const plainBlocks = ({ blocks }: Document) => blocks.filter(({ language }) => language === '');

const isShell = (text: string): boolean => linesOf(text).every((line) => SHELL_LINE.test(line));

/** Every command in the blocks of a document, in their sequence. */
export const shellLines = (document: Document): string[] =>
  plainBlocks(document)
    .filter(({ text }) => isShell(text))
    .flatMap(({ text }) => linesOf(text));

/** Blocks that are no commands. */
export const otherBlocks = (document: Document): string[] =>
  plainBlocks(document)
    .filter(({ text }) => !isShell(text))
    .map(({ text }) => text);

/** Commands that work on the system of `npm start`. All of them end: no `tail -f`. */
export const localLines = (document: Document): string[] =>
  shellLines(document).filter(
    (line) =>
      /^(?:curl .*localhost|npx countermand |node .*countermand\.mjs |tail -n |printf )/.test(
        line,
      ) && !line.includes('--stage'),
  );

/** What follows `npx countermand`, or the file that it runs; undefined for another command. */
export const argumentsIn = (line: string): string | undefined =>
  /^(?:npx countermand|node .*countermand\.mjs) (.+)$/.exec(line)?.[1];

/** Audits and repairs, of this machine or of a stage. */
export const commandsOnTables = (document: Document): string[] =>
  shellLines(document).filter((line) => /^npx countermand (?:audit|repair)\b/.test(line));

export const shadowLines = (document: Document): string[] =>
  shellLines(document).filter((line) => line.startsWith('npx countermand shadow '));

/** The commands in the middle of a sentence, which may lack words. */
export const mentionedCommands = ({ path, spans }: Document): Named[] =>
  spans.flatMap((span) => {
    const [, command] = /^(?:npx )?countermand (.+)$/.exec(span) ?? [];
    return command === undefined ? [] : [{ path, words: wordsOf(command) }];
  });

/** What the parser says to a command line; nothing is run. */
const parsed = async (words: readonly string[]) => {
  let complaint: string | undefined;
  let printed = '';
  let isFound = false;
  const perform = async (): Promise<void> => {
    isFound = true;
  };
  await createParser(COMMANDS, perform, '1.0.0').parse([...words], {}, (error, _, text) => {
    complaint = error?.message;
    printed = text;
  });
  return { complaint, printed, isFound };
};

/** Why a command cannot be run as it stands; undefined if it can. */
export const whyNotRunnable = async (words: readonly string[]): Promise<string | undefined> => {
  const { complaint, printed, isFound } = await parsed(words);
  return isFound || printed !== '' ? complaint : (complaint ?? 'no such command');
};

let commonHelp: ReturnType<typeof parsed> | undefined;

/** Why there is no such command, or why it has no such option; undefined if there is. */
export const whyUnknown = async (words: readonly string[]): Promise<string | undefined> => {
  const names = words.filter((word) => !word.startsWith('--'));
  const { printed } = await parsed([...names, '--help']);
  const [usage = ''] = printed.split('\n');
  const path = usage
    .replace(/ *[<[].*$/, '')
    .split(' ')
    .slice(1);
  const isGroup = /^Commands:$/m.test(printed);
  const isNamed = isGroup ? names.length === path.length : names.length >= path.length;
  if (usage.startsWith('Usage:') || !isNamed || path.some((word, at) => word !== names[at])) {
    return 'no such command';
  }
  commonHelp ??= parsed(['--help']);
  const known = `${printed}\n${(await commonHelp).printed}`.split(/[\s,]+/);
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
  const missing = options.filter((option = '') => !known.includes(option));
  return missing.length > 0 ? `no option ${missing.join(', ')}` : undefined;
};
