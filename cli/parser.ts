import yargs, { type Argv } from 'yargs';
import type { Command, Perform } from './command.ts';
import { EXIT_CODES_EXPLAINED } from './exit-code.ts';
import type { CommonOptions } from './session.ts';

const WIDTH = 80;

const WHERE = [
  'Without options, commands work on the system that npm start runs on this',
  'machine. With --stage and --region they work on a deployed one, and sign their',
  'requests with your AWS credentials, or show a token.',
].join('\n');

const VARIABLES = [
  'Variables: COUNTERMAND_STAGE, COUNTERMAND_URL, COUNTERMAND_TOKEN, AWS_REGION and',
  'AWS_PROFILE in place of options; HTTP_PORT, SQS_PORT, DYNAMODB_PORT and',
  'DYNAMODB_ENDPOINT as for npm start; NO_COLOR for no colours.',
].join('\n');

/** What every command takes. */
const withCommonOptions = (parser: Argv): Argv<CommonOptions> =>
  parser
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print the result as JSON',
    })
    .option('stage', { type: 'string', describe: 'The deployed stage to work on' })
    .option('region', { type: 'string', describe: 'The AWS region of the stage' })
    .option('url', { type: 'string', describe: "The API's address, if no stack tells it" })
    .option('token', { type: 'string', describe: 'Show this JWT instead of signing' })
    .option('actor', {
      type: 'string',
      describe: 'For whom you act; kept beside who you are',
    })
    .option('retry-for', {
      type: 'string',
      defaultDescription: '10; cancel 120',
      describe: 'Seconds to repeat a call without an answer',
    })
    .group(['stage', 'region', 'url', 'token'], 'Where, for every command:')
    .group(['json', 'actor', 'retry-for', 'help', 'version'], 'And also:');

/** Options and words that may be given several times. */
const REPEATABLE = [
  '_',
  'items',
  'item',
  'metadata',
  'order',
  'message',
  'map-status',
  'mapStatus',
];

/** @throws Error when an option has two values, of which only one can be meant */
const givenOnce = (options: Readonly<Record<string, unknown>>): true => {
  for (const [name, value] of Object.entries(options)) {
    if (!Array.isArray(value) || REPEATABLE.includes(name)) continue;
    throw new Error(`--${name} is given ${value.length} times; once is enough.`);
  }
  return true;
};

/** The parser of the command line, with all its commands. */
export const createParser = (
  commands: readonly Command[],
  perform: Perform,
  version: string,
): Argv<CommonOptions> => {
  const parser = withCommonOptions(yargs().locale('en').scriptName('countermand'))
    .usage(`Usage: $0 <command>\n\nOrders, cancellations and stock.\n\n${WHERE}`)
    .version(version)
    .help()
    .alias('help', 'h')
    .strict()
    .showHelpOnFail(false)
    .recommendCommands()
    .parserConfiguration({ 'parse-numbers': false })
    .check(givenOnce)
    .updateStrings({
      'Not enough non-option arguments: got %s, need at least %s': {
        one: 'A word is missing: there are %s, and there must be %s',
        other: 'Words are missing: there are %s, and there must be %s',
      } as unknown as string,
    })
    .demandCommand(1, 'Name a command: see countermand --help.')
    .epilogue(`${EXIT_CODES_EXPLAINED}\n\n${VARIABLES}`)
    .wrap(WIDTH);
  return commands
    .reduce((each, command) => command(each, perform), parser)
    .completion('completion', 'Print a script that completes commands in bash or zsh');
};
