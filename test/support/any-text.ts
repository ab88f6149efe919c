import fc from 'fast-check';

const codePoint = fc
  .integer({ min: 0, max: 0x10_ff_ff })
  .filter((code) => code < 0xd8_00 || code > 0xdf_ff)
  .map((code) => String.fromCodePoint(code));

/**
 * Text with any characters of Unicode. The unit `binary` of fast-check has the same characters, but
 * it first makes a table of all of them, which takes longer than a whole file of tests.
 */
export const unicodeText = fc.string({ unit: codePoint });
