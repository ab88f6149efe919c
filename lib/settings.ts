type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a setting of a function from its environment. Functions call this at their start, so that a
 * missing setting fails the start and not the first order.
 *
 * @throws Error when the variable is missing or empty
 */
export const textFrom = (env: Environment, name: string): string => {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/**
 * A list reads all shards of up to four statuses at once, or all shards of a product. Each request
 * has a socket of its own, and a function may open about 1,000.
 */
const SHARDS = { from: 1, to: 128 } as const;

/** Every setting that is a number, and its range. A deployment is checked by these rules, too. */
const WHOLE_NUMBERS = {
  ORDER_STATUS_SHARDS: SHARDS,
  ORDER_DUE_SHARDS: SHARDS,
  PRODUCT_MOVEMENT_SHARDS: SHARDS,
  /** A year. */
  PENDING_ORDER_TTL_MINUTES: { from: 0, to: 525_600 },
  /** A week. */
  EXPIRY_GRACE_MINUTES: { from: 0, to: 10_080 },
} as const satisfies Record<string, { readonly from: number; readonly to: number }>;

export type WholeNumberSetting = keyof typeof WHOLE_NUMBERS;

export const isWholeNumberSetting = (name: string): name is WholeNumberSetting =>
  Object.hasOwn(WHOLE_NUMBERS, name);

/** @throws Error when the variable is not a whole number in the range of this setting */
export const wholeNumberFrom = (env: Environment, name: WholeNumberSetting): number => {
  const { from, to } = WHOLE_NUMBERS[name];
  const value = textFrom(env, name);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < from || number > to) {
    throw new Error(`${name} must be a whole number from ${from} to ${to}, not "${value}"`);
  }
  return number;
};

/** Every setting that is a yes or a no. */
const YES_OR_NO = ['PLAIN_QUEUE_WRITES_OFF'] as const;

export type YesOrNoSetting = (typeof YES_OR_NO)[number];

export const isYesOrNoSetting = (name: string): name is YesOrNoSetting =>
  YES_OR_NO.some((known) => known === name);

/**
 * A variable that is not set means no.
 *
 * @throws Error when the variable is neither `true` nor `false`
 */
export const yesOrNoFrom = (env: Environment, name: YesOrNoSetting): boolean => {
  const value = env[name] || 'false';
  if (value !== 'true' && value !== 'false') {
    throw new Error(`${name} must be true or false, not "${value}"`);
  }
  return value === 'true';
};

/** Whom a stage asks who is calling: AWS IAM, the issuer of a token, or nobody. */
const SECURITY_SCHEMES = ['iam', 'jwt', 'none'] as const;

export type SecurityScheme = (typeof SECURITY_SCHEMES)[number];

/** @throws Error when the variable is none of them */
export const securitySchemeFrom = (env: Environment): SecurityScheme => {
  const value = textFrom(env, 'SECURITY_SCHEME');
  const scheme = SECURITY_SCHEMES.find((known) => known === value);
  if (scheme !== undefined) return scheme;
  throw new Error(`SECURITY_SCHEME must be ${SECURITY_SCHEMES.join(' or ')}, not "${value}"`);
};

/** Every setting that is a list of words. */
const WORDS = ['SHOP_REASONS'] as const;

export type WordsSetting = (typeof WORDS)[number];

export const isWordsSetting = (name: string): name is WordsSetting =>
  WORDS.some((known) => known === name);

/**
 * The words of a list with commas between them; none if the variable is not set.
 *
 * @throws Error when one of them is not 1 to 40 lower-case letters, digits or underscores
 */
export const wordsFrom = (env: Environment, name: WordsSetting): readonly string[] => {
  const words = (env[name] ?? '').split(',').map((word) => word.trim());
  const listed = words.filter((word) => word !== '');
  const wrong = listed.find((word) => !/^[a-z0-9_]{1,40}$/.test(word));
  if (wrong === undefined) return listed;
  throw new Error(
    `${name} must be words of 1 to 40 lower-case letters, digits or underscores, with commas between them, not "${wrong}"`,
  );
};
