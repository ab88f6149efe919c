/**
 * Whether a text can be a correlation id: 1 to 128 visible ASCII characters. Callers and producers
 * send theirs, so it is checked before the log repeats it.
 */
export const isCorrelationId = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x21-\x7e]{1,128}$/.test(text);
