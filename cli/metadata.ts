/** What a shop notes about an order or a product, on the command line. */
import type { Argv } from 'yargs';
import type { Metadata } from '../lib/domain/metadata.ts';
import { wrongUsage } from './failure.ts';
import type { CommonOptions } from './session.ts';

/** For something new. */
export const withMetadata = <Options extends CommonOptions>(parser: Argv<Options>) =>
  parser.option('metadata', {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'All its metadata, each as key=value',
  });

/** For something that may have metadata already. */
export const withNewMetadata = <Options extends CommonOptions>(parser: Argv<Options>) =>
  withMetadata(parser)
    .option('clear-metadata', { type: 'boolean', describe: 'It has no metadata any more' })
    .conflicts('metadata', 'clear-metadata');

/** @throws Failure when a word is no metadata, or two say different things */
export const metadataFrom = (words: readonly string[]): Metadata => {
  const fields = words.map(fieldFrom);
  const twice = fields.find(([name], index) => fields.findIndex(([each]) => each === name) < index);
  if (twice) throw wrongUsage(`--metadata has ${twice[0]} twice; once is enough.`);
  return Object.fromEntries(fields);
};

/** What a command does to metadata; undefined if it leaves them alone. */
export const newMetadataFrom = (options: {
  readonly metadata: readonly string[] | undefined;
  readonly clearMetadata: boolean | undefined;
}): Metadata | undefined => {
  if (options.clearMetadata) return {};
  return options.metadata && metadataFrom(options.metadata);
};

const fieldFrom = (word: string): readonly [name: string, value: string] => {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw wrongUsage(`"${word}" is no metadata: write it as key=value, like shelf=a1.`);
};
