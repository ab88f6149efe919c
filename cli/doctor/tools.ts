/** What this machine needs to run the system. */
import { textOf } from '../../local/port-settings.ts';
import type { Ports } from '../ports.ts';
import type { Finding } from './finding.ts';

/** The oldest Node of each line that is still in use, and the first line of which any will do. */
const OLDEST_OF_LINE: Readonly<Record<number, number>> = { 20: 19, 22: 13 };
const ANY_FROM = 24;

/** In words, what `engines` in package.json says. */
const ENOUGH = '20.19 or newer of 20, 22.13 or newer of 22, or 24 and newer';

export const nodeFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough =
    major >= ANY_FROM || minor >= (OLDEST_OF_LINE[major] ?? Number.POSITIVE_INFINITY);
  if (isEnough) return { what: 'Node', state: 'ok', found: version };
  const advice = `Install Node ${ENOUGH}: https://nodejs.org`;
  return { what: 'Node', state: 'lacking', found: version, advice };
};

/** Java and the engines: one engine is enough. */
export const engineFindings = async ({
  env,
  machine,
}: Pick<Ports, 'env' | 'machine'>): Promise<Finding[]> => {
  const [java, engines] = await Promise.all([machine.java(), machine.engines()]);
  const endpoint = textOf(env, 'DYNAMODB_ENDPOINT');
  const isEnough = endpoint !== undefined || engines.some(({ available }) => available);
  return [
    java === undefined
      ? { what: 'Java', state: 'note', found: 'not found; only DynamoDB Local needs it' }
      : { what: 'Java', state: 'ok', found: String(java) },
    ...engines.map(
      (engine): Finding =>
        engine.available
          ? { what: engine.kind, state: 'ok', found: 'can run here' }
          : {
              what: engine.kind,
              state: isEnough ? 'note' : 'lacking',
              found: `cannot run here: ${engine.reason}`,
              ...(!isEnough && {
                advice: 'One engine is enough; DYNAMODB_ENDPOINT may name one that runs already.',
              }),
            },
    ),
    ...(endpoint === undefined
      ? []
      : [{ what: 'DynamoDB', state: 'note', found: `${endpoint}, by DYNAMODB_ENDPOINT` } as const]),
  ];
};
