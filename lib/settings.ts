/**
 * Reads a setting of a function from its environment. Functions call this at their start, so that a
 * missing setting fails the start and not the first order.
 *
 * @throws Error when the variable is missing or empty
 */
export const textFrom = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/** @throws Error when the variable is not a whole number in this range */
export const wholeNumberFrom = (
  env: NodeJS.ProcessEnv,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number => {
  const value = textFrom(env, name);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < from || number > to) {
    throw new Error(`${name} must be a whole number from ${from} to ${to}, not "${value}"`);
  }
  return number;
};
