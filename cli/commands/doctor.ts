import { defineCommand } from '../command.ts';
import type { Finding } from '../doctor/finding.ts';
import { portFindings } from '../doctor/local-ports.ts';
import { credentialsFinding, systemFinding } from '../doctor/system.ts';
import { engineFindings, nodeFinding } from '../doctor/tools.ts';
import { EXIT } from '../exit-code.ts';
import type { Paint } from '../output.ts';
import { isThisMachine } from '../place.ts';
import type { Session } from '../session.ts';
import { wrapped } from '../text.ts';

export const doctor = defineCommand({
  usage: 'doctor',
  summary: 'Say what works, what is missing and what to do',
  options: (parser) => parser,
  async run(_, session) {
    const { output } = session;
    const findings = await examine(session);
    const isWell = findings.every(({ state }) => state !== 'lacking');
    output.result({ isWell, findings }, findingsText(findings, output.width, output.paint));
    return isWell ? EXIT.done : EXIT.refused;
  },
});

const examine = async ({ place, ports }: Session): Promise<Finding[]> => {
  const node = nodeFinding(ports.machine.nodeVersion);
  const credentials = await credentialsFinding(place, ports);
  const { finding: system, isRunning } = await systemFinding(place, ports);
  if (!isThisMachine(place)) return [node, credentials, system];
  const [engines, taken] = await Promise.all([
    engineFindings(ports),
    portFindings(isRunning, ports),
  ]);
  return [node, ...engines, ...taken, credentials, system];
};

const COLOURS = { ok: 'green', note: 'yellow', lacking: 'red' } as const;

const STATE_WIDTH = 'lacking'.length + 2;
const WHAT_WIDTH = 'dynamodb-local'.length + 2;

const findingsText = (findings: readonly Finding[], width: number, paint: Paint): string => {
  const indent = STATE_WIDTH + WHAT_WIDTH;
  return findings
    .map(({ what, state, found, advice }) => {
      const text = advice === undefined ? found : `${found.replace(/\.$/, '')}. ${advice}`;
      // Padded before it is coloured: the codes of a colour take no room.
      const shown = paint(COLOURS[state], state) + ' '.repeat(STATE_WIDTH - state.length);
      return `${shown}${what.padEnd(WHAT_WIDTH)}${wrapped(text, width - indent, 0).replaceAll('\n', `\n${' '.repeat(indent)}`)}`;
    })
    .join('\n');
};
