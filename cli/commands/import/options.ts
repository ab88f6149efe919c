import type { Argv } from 'yargs';
import type { CommonOptions } from '../../session.ts';

/** What every import takes. */
export const withImportOptions = (parser: Argv<CommonOptions>) =>
  parser
    .option('apply', { type: 'boolean', default: false, describe: 'Write it' })
    .option('report', {
      type: 'string',
      requiresArg: true,
      describe: 'The file that gets a line of JSON for each finding',
    })
    .epilogue(
      'Without --apply it only says what it would do. Stopped or killed and started\nagain, it goes on; what is there already is not written again.',
    );
