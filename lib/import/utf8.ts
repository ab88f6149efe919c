import { isUtf8 } from 'node:buffer';
import { UnreadableError } from './unreadable-error.ts';

const NEWLINE = 0x0a;

/**
 * Decodes bytes that are cut anywhere. All text before a byte that is wrong is still given.
 *
 * @param name of what is read, for errors
 * @throws UnreadableError that says where the first byte is that is no UTF-8, or that the last
 * character is cut off
 */
export async function* decodeUtf8(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<string> {
  // It leaves out a byte order mark at the beginning.
  const decoder = new TextDecoder();
  let rest: Uint8Array = new Uint8Array();
  let line = 1;
  let position = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.subarray(0, bytes.length - unfinishedBytes(bytes));
    const good = isUtf8(whole) ? whole : whole.subarray(0, goodBytes(whole));
    yield decoder.decode(good, { stream: true });
    line += newlinesIn(good);
    position += good.length;
    if (good.length < whole.length) throw noUtf8(name, line, position);
    rest = bytes.subarray(whole.length);
  }
  if (rest.length > 0) {
    throw new UnreadableError(`${name} line ${line} ends in the middle of a character`);
  }
}

const noUtf8 = (name: string, line: number, position: number): UnreadableError =>
  new UnreadableError(
    `${name} line ${line} is no UTF-8: byte ${position + 1} of the file is wrong`,
  );

const newlinesIn = (bytes: Uint8Array): number => {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
};

/** How many bytes at the end begin a character of which more bytes are to come. */
const unfinishedBytes = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte >> 6 !== 0b10) return lengthFrom(byte) > back ? back : 0;
  }
  return 0;
};

/** The bytes of a character, from its first. */
const lengthFrom = (first: number): number => {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
};

/** How many bytes there are before the first character that is wrong, found by halving. */
const goodBytes = (bytes: Uint8Array): number => {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const head = bytes.subarray(0, middle);
    if (isUtf8(head.subarray(0, middle - unfinishedBytes(head)))) good = middle;
    else bad = middle;
  }
  return good - unfinishedBytes(bytes.subarray(0, good));
};
