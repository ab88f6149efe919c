/** Text that comes in bytes, cut anywhere. */
import { expect, test } from '@jest/globals';
import { decodeUtf8 } from '../../../lib/import/utf8.ts';

/** What was given before the end or the error, and the error. */
const decoded = async (bytes: Uint8Array, size: number) => {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  let text = '';
  try {
    for await (const piece of decodeUtf8(pieces(), 'a file')) text += piece;
    return { text };
  } catch (error) {
    return { text, message: (error as Error).message };
  }
};

const SIZES = [1, 2, 3, 4, 5, 100];
const bytesOf = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))),
  );

test.each(SIZES)(
  'Text of characters of any length is whole, in pieces of %i bytes',
  async (size) => {
    const text = 'tea é\nkettle €\n🫖 \u0800\uffff\u{10ffff}';

    expect(await decoded(bytesOf(text), size)).toEqual({ text });
  },
);

test.each(SIZES)('A byte order mark is no text, in pieces of %i bytes', async (size) => {
  expect(await decoded(bytesOf('\ufefftea'), size)).toEqual({ text: 'tea' });
});

test.each(
  SIZES.flatMap(
    (size) =>
      [
        ['a byte that begins nothing', [0xff], size],
        ['a continuation of nothing', [0x80], size],
        ['a character that is interrupted', [0xe2, 0x82], size],
        ['half of a surrogate pair', [0xed, 0xa0, 0x80], size],
        ['an overlong character', [0xc0, 0xaf], size],
        ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80], size],
      ] as const,
  ),
)(
  'The place of %s is named (%j, in pieces of %i), after all text before it',
  async (_, wrong, size) => {
    expect(await decoded(bytesOf('é1\n€2', wrong, '3\n'), size)).toEqual({
      text: 'é1\n€2',
      message: 'a file line 2 is no UTF-8: byte 9 of the file is wrong',
    });
  },
);

test.each(SIZES)(
  'A last character that is cut off is none, in pieces of %i bytes',
  async (size) => {
    for (const length of [1, 2, 3]) {
      expect(await decoded(bytesOf('é\n', [...Buffer.from('🫖')].slice(0, length)), size)).toEqual({
        text: 'é\n',
        message: 'a file line 2 ends in the middle of a character',
      });
    }
  },
);
