/** Reads an expression word by word. */
import { invalid } from './errors.ts';

export type Word = {
  readonly type: 'symbol' | 'value' | 'name' | 'word' | 'index' | 'end';
  readonly text: string;
};

const WORDS =
  /\s*(?:(?<symbol><>|<=|>=|[=<>()+\-,.])|(?<value>:[A-Za-z0-9_]+)|(?<name>#[A-Za-z0-9_]+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|\[(?<index>\d+)\])/y;

const END: Word = { type: 'end', text: 'the end' };

/** The maximum length of an expression in bytes. */
const MAX_EXPRESSION_BYTES = 4_096;

const wordsOf = (text: string): Word[] => {
  const words: Word[] = [];
  WORDS.lastIndex = 0;
  const end = text.trimEnd().length;
  while (WORDS.lastIndex < end) {
    const from = WORDS.lastIndex;
    const groups = WORDS.exec(text)?.groups;
    const [type, found] = Object.entries(groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    if (type === undefined || found === undefined) {
      throw invalid(`syntax error at ${text.slice(from)}`);
    }
    words.push({ type: type as Word['type'], text: found });
  }
  return words;
};

export type Reader = ReturnType<typeof createReader>;

export const createReader = (text: string) => {
  if (text.trim() === '') throw invalid('an expression is empty');
  if (Buffer.byteLength(text) > MAX_EXPRESSION_BYTES) throw invalid('an expression is too long');
  const words = wordsOf(text);
  let at = 0;
  const peek = (): Word => words[at] ?? END;
  const next = (): Word => {
    const word = peek();
    at += 1;
    return word;
  };
  /** Reads the next word if it is this one, in any case, and returns whether it was. */
  const takes = (wanted: string): boolean => {
    const { type, text: found } = peek();
    const isIt =
      type === 'symbol' ? found === wanted : type === 'word' && found.toUpperCase() === wanted;
    if (isIt) at += 1;
    return isIt;
  };
  return {
    peek,
    next,
    takes,
    /** Reads a call of this function up to its parenthesis, and returns whether it was one. */
    calls: (name: string): boolean => {
      const isCall =
        peek().type === 'word' && peek().text === name && (words[at + 1] ?? END).text === '(';
      if (isCall) at += 2;
      return isCall;
    },
    expect: (wanted: string): void => {
      if (!takes(wanted)) throw invalid(`${wanted} expected at ${peek().text}`);
    },
    /** Reads a list with commas. */
    list: <One>(read: () => One): One[] => {
      const all = [read()];
      while (takes(',')) all.push(read());
      return all;
    },
    isAtEnd: (): boolean => at >= words.length,
    /** The placeholders in the expression, names and values. */
    placeholders: new Set(
      words.filter(({ type }) => type === 'name' || type === 'value').map((word) => word.text),
    ) as ReadonlySet<string>,
  };
};
