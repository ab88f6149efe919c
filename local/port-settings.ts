/** The ports of the system on this machine, from the environment. */

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_PORTS = {
  HTTP_PORT: 3000,
  LAMBDA_PORT: 3002,
  DYNAMODB_PORT: 8000,
  SQS_PORT: 9324,
} as const;
export type PortVariable = keyof typeof DEFAULT_PORTS;

const LARGEST_PORT = 65_535;

/** An empty variable counts as not set. */
export const textOf = (environment: Environment, name: string): string | undefined =>
  environment[name] === '' ? undefined : environment[name];

/** @throws one line that says what is wrong and what is valid */
export const readPort = (environment: Environment, name: PortVariable): number => {
  const text = textOf(environment, name) ?? String(DEFAULT_PORTS[name]);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > LARGEST_PORT) {
    throw new Error(`${name} must be a whole number from 1 to ${LARGEST_PORT}, not "${text}".`);
  }
  return port;
};
