/** The folder in which `npm start -- --data DIR` keeps a shop. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseEngine, ENGINE_KINDS, type EngineKind } from './dynamodb-engine.ts';

export type DataFolder = {
  readonly path: string;
  /** The engine that its files are for. */
  readonly engine: EngineKind;
  /** Whether it had no shop yet. */
  readonly isNew: boolean;
  /** Where the messages of the queues are kept. */
  readonly messages: string;
  /** Where it is kept how far the streams have been read. */
  readonly positions: string;
  /** Where the events are kept. */
  readonly events: string;
  /** Lets another system use it. */
  close(): Promise<void>;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The process that uses the folder now. A process that was killed has left its id behind. */
const userOf = async (file: string): Promise<number | undefined> => {
  if (!existsSync(file)) return undefined;
  const pid = Number(await readFile(file, 'utf8'));
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
};

const engineOf = async (file: string): Promise<EngineKind | undefined> => {
  if (!existsSync(file)) return undefined;
  const text = (await readFile(file, 'utf8')).trim();
  return ENGINE_KINDS.find((kind) => kind === text);
};

/**
 * Opens the folder, and makes it if it does not exist.
 *
 * @param wanted the engine to use; when absent, the one that the folder was made with
 * @throws when another system uses the folder, or it was made with another engine
 */
export const openDataFolder = async (path: string, wanted?: EngineKind): Promise<DataFolder> => {
  await mkdir(path, { recursive: true });
  const userFile = join(path, 'user.pid');
  const user = await userOf(userFile);
  if (user !== undefined) {
    throw new Error(`The folder ${path} is in use by process ${user}: end it, or name another.`);
  }
  const engineFile = join(path, 'engine');
  const madeWith = await engineOf(engineFile);
  if (madeWith && wanted && wanted !== madeWith) {
    throw new Error(
      `The folder ${path} was made with ${madeWith}: set DYNAMODB_ENGINE=${madeWith}, or name another folder.`,
    );
  }
  const engine = await chooseEngine(madeWith ?? wanted);
  await writeFile(engineFile, `${engine}\n`);
  await rm(userFile, { force: true });
  // Fails if another process has just done the same.
  await writeFile(userFile, `${process.pid}\n`, { flag: 'wx' });
  return {
    path,
    engine,
    isNew: madeWith === undefined,
    messages: join(path, 'messages.json'),
    positions: join(path, 'streams.json'),
    events: join(path, 'events.jsonl'),
    close: () => rm(userFile, { force: true }),
  };
};
