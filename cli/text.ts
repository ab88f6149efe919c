/** Text for a terminal. */

/** Characters that take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** How many columns a line takes. */
export const columnsOf = (line: string): number =>
  [...line].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** In one line and without control characters: text of callers must not steer the terminal. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '');

/** Breaks a sentence between words, with each line after the first indented. */
export const wrapped = (text: string, width: number, indent = 0): string => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    const room = width - (lines.length > 1 ? indent : 0);
    if (line !== '' && columnsOf(longer) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
};

/** A number with its noun, as in `1 order` and `2,500 orders`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A number with commas, as in `10,000`. */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** A time to the minute, in UTC like all times of the system, as in `2026-11-27 19:03`. */
export const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
