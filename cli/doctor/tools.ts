/** What this machine needs to run the system. */
import { textOf } from '../../local/port-settings.ts';
import type { Ports } from '../ports.ts';
import type { Finding } from './finding.ts';

/** As `engines` in package.json says. */
const OLDEST_NODE = [20, 19] as const;

export const nodeFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (isEnough) return { what: 'Node', state: 'ok', found: version };
  const advice = `Install Node ${OLDEST_NODE.join('.')} or newer: https://nodejs.org`;
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
