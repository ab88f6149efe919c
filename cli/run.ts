import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Failure, wrongUsage } from './failure.ts';
import { createOutput } from './output.ts';
import { createParser } from './parser.ts';
import type { Ports } from './ports.ts';
import { type CommonOptions, openSession } from './session.ts';

/**
 * Runs one command line.
 *
 * @param args the words after the name of the command
 * @param version what `--version` prints
 */
export const run = async (
  args: readonly string[],
  commands: readonly Command[],
  version: string,
  ports: Ports,
): Promise<ExitCode> => {
  const output = createOutput({ json: args.includes('--json') }, ports);
  let result: ExitCode = EXIT.done;
  // Failures are told here, because yargs would take an error of a command for wrong usage.
  const telling = async (work: () => Promise<ExitCode>): Promise<void> => {
    try {
      result = await work();
    } catch (error) {
      const failure = error instanceof Failure ? error : faultOf(error);
      output.failure(failure);
      result = failure.exitCode;
    }
  };
  const perform = (options: CommonOptions, work: Parameters<Parameters<Command>[1]>[1]) =>
    telling(async () => work(openSession(options, ports)));
  const parser = createParser(commands, perform, version);
  const usage: { error?: Error } = {};
  await parser.parse([...args], {}, (error, _options, printed) => {
    if (error) usage.error = error;
    else if (printed !== '') ports.stdout.write(`${printed}\n`);
  });
  const { error } = usage;
  if (error) await telling(async () => Promise.reject(wrongUsage(sentenceOf(error))));
  return result;
};

/** The complaint of yargs, in one line. */
const sentenceOf = ({ message }: Error): string => {
  const sentence = message.replace(/\s+/g, ' ').replace(/([\w"])$/, '$1.');
  return /--help/.test(sentence) ? sentence : `${sentence} See --help.`;
};

/** What nobody has expected: its text helps whoever mends it. */
const faultOf = (error: unknown): Failure =>
  new Failure(EXIT.fault, {
    code: 'fault',
    detail: `This is a fault of Countermand: ${error instanceof Error ? error.message : String(error)}`,
  });
