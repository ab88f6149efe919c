/** Writes the result of a run into docs/performance.md and its chart. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../local/serverless-command.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import { tablesOf } from './tables.ts';
import { throughputChart } from './throughput.ts';

const DOCS = join(PROJECT_FOLDER, 'docs');
const PAGE = join(DOCS, 'performance.md');
const IMAGES = join(DOCS, 'images');

export const writeDocs = async (result: Result): Promise<void> => {
  const parts = { ...tablesOf(result), machine: machineOf(result) };
  await writeFile(PAGE, fillMarkers(await readFile(PAGE, 'utf8'), parts));
  await mkdir(IMAGES, { recursive: true });
  await writeFile(join(IMAGES, 'throughput.svg'), `${throughputChart(result.runs)}\n`);
  progress(`wrote ${PAGE}`);
};

/**
 * Replaces the text between `<!-- bench:NAME -->` and `<!-- /bench -->`.
 *
 * @throws Error when a page has a marker for an unknown part
 */
export const fillMarkers = (page: string, parts: Readonly<Record<string, string>>): string =>
  page.replace(/(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g, (_, begin, name, end) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is nothing to put for ${name}.`);
    return `${begin}\n${part}\n\n${end}`;
  });

const machineOf = ({ machine }: Result): string =>
  `Measured on ${machine.processors} processors (${machine.model}), Node ${machine.node}, everything on this one machine.`;
