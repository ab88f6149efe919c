import { DEFAULT_PORTS, type PortVariable, readPort, textOf } from '../../local/port-settings.ts';
import type { Ports } from '../ports.ts';
import type { Finding } from './finding.ts';

/**
 * Whether the ports of `npm start` are free, and if not, who has them.
 *
 * @param isRunning whether the system itself runs, which explains why they are taken
 */
export const portFindings = async (
  isRunning: boolean,
  { env, machine }: Pick<Ports, 'env' | 'machine'>,
): Promise<Finding[]> => {
  const isElsewhere = textOf(env, 'DYNAMODB_ENDPOINT') !== undefined;
  const variables = (Object.keys(DEFAULT_PORTS) as PortVariable[]).filter(
    (variable) => !(isElsewhere && variable === 'DYNAMODB_PORT'),
  );
  return Promise.all(
    variables.map((variable) => portFinding(variable, isRunning, { env, machine })),
  );
};

const portFinding = async (
  variable: PortVariable,
  isRunning: boolean,
  { env, machine }: Pick<Ports, 'env' | 'machine'>,
): Promise<Finding> => {
  let port: number;
  try {
    port = readPort(env, variable);
  } catch (error) {
    return { what: variable, state: 'lacking', found: (error as Error).message };
  }
  const what = `port ${port}`;
  if (!(await machine.isPortTaken(port))) return { what, state: 'ok', found: `free (${variable})` };
  const listener = (await machine.listenerOn(port)) ?? 'an unknown process';
  const found = `taken by ${listener} (${variable})`;
  if (isRunning) return { what, state: 'ok', found };
  const advice = `End it, or set ${variable} to another port.`;
  return { what, state: 'lacking', found, advice };
};
