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

/** Lines of blocks that work on the system of `npm start`, in their sequence. All of them end: no `tail -f`. */
export const localLines = ({ blocks }: Document): string[] =>
  blocks
    .filter(({ text }) => /^(?:curl .*localhost|npx countermand |tail -n )/m.test(text))
    .filter(({ text }) => !text.includes('--stage'))
    .flatMap(({ text }) => text.trim().split('\n'))
    .map((line) => line.replace(/ +# .*$/, ''));

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
