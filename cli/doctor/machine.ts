/** This machine, as the doctor sees it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineAvailability } from '../../local/dynamodb-engine.ts';
import { isPortTaken } from '../../local/ports.ts';

export type Machine = {
  /** As in `20.19.0`. */
  readonly nodeVersion: string;
  /** The major version; undefined when there is no Java. */
  readonly java: () => Promise<number | undefined>;
  readonly engines: () => Promise<readonly EngineAvailability[]>;
  readonly isPortTaken: (port: number) => Promise<boolean>;
  /** The process that listens on a port; undefined when the machine does not tell. */
  readonly listenerOn: (port: number) => Promise<string | undefined>;
};

const run = promisify(execFile);

const outputOf = async (command: string, args: readonly string[]): Promise<string> => {
  try {
    return (await run(command, [...args])).stdout;
  } catch {
    return '';
  }
};

/** Linux has `ss`, macOS has `lsof`, and both tell only of processes that the user may see. */
const listenerOn = async (port: number): Promise<string | undefined> => {
  const ss = await outputOf('ss', ['-ltnpH', `sport = :${port}`]);
  const [, name, pid] = /\(\("([^"]+)",pid=(\d+)/.exec(ss) ?? [];
  if (name !== undefined) return `${name}, process ${pid}`;
  const lsof = await outputOf('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, listener, command] = /^p(\d+)\nc(.+)$/m.exec(lsof) ?? [];
  return command === undefined ? undefined : `${command}, process ${listener}`;
};

export const systemMachine: Machine = {
  nodeVersion: process.versions.node,
  // Loaded only here: they bring the client of DynamoDB.
  java: async () => (await import('../../local/dynamodb-engine.ts')).installedJava(),
  engines: async () => (await import('../../local/dynamodb-engine.ts')).availableEngines(),
  isPortTaken,
  listenerOn,
};
