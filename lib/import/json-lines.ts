import { createReadStream } from 'node:fs';
import { UnreadableError } from './unreadable-error.ts';
import { decodeUtf8 } from './utf8.ts';

/** The text of a file, piece by piece. Bytes that are not UTF-8 are refused, not replaced. */
export async function* textOf(path: string): AsyncGenerator<string> {
  try {
    yield* decodeUtf8(createReadStream(path, { highWaterMark: 2 ** 18 }), path);
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Longer than any line that makes sense. */
const LONGEST_LINE = 2 ** 26;

export type JsonLine = { readonly line: number; readonly value: unknown };

/**
 * Reads JSON, one value in each line.
 *
 * @param text pieces of text, cut anywhere
 * @param name of what is read, for errors
 */
export async function* jsonLines(
  text: AsyncIterable<string>,
  name: string,
): AsyncGenerator<JsonLine> {
  let rest = '';
  let line = 0;
  for await (const piece of text) {
    // Only what is new is searched: a long line comes in many pieces.
    const [head = '', ...tails] = piece.split('\n');
    const lines = [rest + head, ...tails];
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new UnreadableError(`${name} has lines without an end`);
    for (const one of lines) {
      line += 1;
      if (one.trim() !== '') yield { line, value: parse(one, name, line) };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, value: parse(rest, name, line + 1) };
}

const parse = (text: string, name: string, line: number): unknown => {
  try {
    return JSON.parse(withExactNumbers(text));
  } catch (error) {
    throw new UnreadableError(`${name} line ${line} is no JSON: ${(error as Error).message}`);
  }
};

/** Numbers of 16 digits and more become text: JavaScript would round a large bigint. */
const withExactNumbers = (text: string): string =>
  /\d{16}/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
        token.startsWith('"') ? token : `"${token}"`,
      )
    : text;
