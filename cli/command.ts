import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { ExitCode } from './exit-code.ts';
import type { CommonOptions, Session } from './session.ts';

/** Does the work of a command that was found on the command line, with the options that it got. */
export type Perform = (
  options: CommonOptions,
  work: (session: Session) => Promise<ExitCode>,
) => Promise<void>;

/** Makes a command known to the parser. */
export type Command = (parser: Argv<CommonOptions>, perform: Perform) => Argv<CommonOptions>;

/** Somebody waits for the answer. */
const RETRY_FOR_S = 10;

/**
 * Declares a command.
 *
 * @param definition.usage as yargs reads it: `show <order-id>`
 * @param definition.retryFor seconds during which a call without an answer is repeated, if nobody
 *   says how long
 */
export const defineCommand =
  <Options extends CommonOptions>(definition: {
    readonly usage: string;
    readonly summary: string;
    readonly retryFor?: number;
    readonly options: (parser: Argv<CommonOptions>) => Argv<Options>;
    readonly run: (options: ArgumentsCamelCase<Options>, session: Session) => Promise<ExitCode>;
  }): Command =>
  (parser, perform) =>
    parser.command(
      definition.usage,
      definition.summary,
      (own) => definition.options(withoutCommon(own)),
      (options) => {
        const retryFor = options['retry-for'] ?? String(definition.retryFor ?? RETRY_FOR_S);
        return perform({ ...options, 'retry-for': retryFor }, (session) =>
          definition.run(options, session),
        );
      },
    );

/** The help of one command shows only its own options. */
const withoutCommon = (parser: Argv<CommonOptions>): Argv<CommonOptions> =>
  COMMON.reduce((each, name) => each.hide(name), parser).epilogue(
    'The options of every command are in countermand --help.',
  );

const COMMON = ['json', 'stage', 'region', 'url', 'token', 'actor', 'retry-for', 'help', 'version'];

/**
 * Declares commands that share their first word.
 *
 * @param also another first word for the same commands
 */
export const defineGroup =
  (name: string, summary: string, commands: readonly Command[], also: string[] = []): Command =>
  (parser, perform) =>
    parser.command([name, ...also], summary, (group) =>
      commands
        .reduce((each, command) => command(each, perform), withoutCommon(group))
        .demandCommand(1, `Name a command: see countermand ${name} --help.`),
    );
