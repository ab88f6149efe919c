/** Measures what a function loads at a cold start: its size, and the time of the import. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { localEnvironment } from '../local/aws.ts';
import type { BundleSettings } from '../local/function-bundles.ts';
import type { Infrastructure } from '../local/infrastructure.ts';
import { bundle, readBundleSettings, withoutReplacements } from '../test/support/bundle.ts';
import { medianOf } from './times.ts';

export type ColdStart = {
  readonly name: string;
  /** Of the minified bundle. */
  readonly bytes: number;
  /** Median of fresh processes. */
  readonly importMs: number;
  /** Import time divided by that of the bare client, bundled as usual. */
  readonly ratio: number;
};

const NOWHERE = 'http://127.0.0.1:9';

const asDeployed = (settings: BundleSettings): BundleSettings => settings;

/** The measured bundles; the first is the reference for the others. */
const SUBJECTS = [
  { name: 'bare client', entry: 'bench/bare-handler.ts', settings: withoutReplacements },
  { name: 'bare client, shrunk alike', entry: 'bench/bare-handler.ts', settings: asDeployed },
  { name: 'cancel-order', entry: 'functions/cancel-order.ts', settings: asDeployed },
  { name: 'cancel-orders', entry: 'functions/cancel-orders.ts', settings: asDeployed },
] as const;

/** Every process imports one bundle and ends. The bundles take turns. */
export const measureColdStart = async (
  { environment }: Pick<Infrastructure, 'environment'>,
  rounds: number,
): Promise<ColdStart[]> => {
  const env = {
    ...localEnvironment(process.env, { dynamodb: NOWHERE, sqs: NOWHERE }),
    ...environment,
    CANCELLATIONS_QUEUE_URL: NOWHERE,
    WRITE_OFFS_QUEUE_URL: NOWHERE,
    PLAIN_QUEUE_WRITES_OFF: 'false',
  };
  const settings = await readBundleSettings();
  const folder = await mkdtemp(join(tmpdir(), 'countermand-bundles-'));
  try {
    const subjects = await Promise.all(
      SUBJECTS.map(async (subject, index) => ({
        name: subject.name,
        ...(await bundle(subject.entry, subject.settings(settings), join(folder, String(index)))),
        milliseconds: [] as number[],
      })),
    );
    for (let round = 0; round < rounds; round += 1) {
      for (const { file, milliseconds } of subjects) {
        milliseconds.push(await importIn(env, file));
      }
    }
    const [bare = Number.NaN] = subjects.map(({ milliseconds }) => medianOf(milliseconds));
    return subjects.map(({ name, bytes, milliseconds }) => {
      const importMs = medianOf(milliseconds);
      return { name, bytes, importMs, ratio: importMs / bare };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** @returns milliseconds that a fresh process takes to import a file */
const importIn = async (env: NodeJS.ProcessEnv, file: string): Promise<number> => {
  const program = `
    const start = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - start));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env },
  );
  return Number(stdout);
};
