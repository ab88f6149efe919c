/**
 * The value of a command's option.
 *
 * @throws Error with one sentence when it is not a whole number
 */
export const wholeNumber = (text: string, option: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} takes a whole number, not ${text}.`);
  return Number(text);
};
