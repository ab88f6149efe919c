import { EXIT, type ExitCode } from './exit-code.ts';

/** What `--json` prints of a failure: a code, a sentence, and what else is known. */
export type FailureBody = { readonly code: string; readonly detail: string } & Readonly<
  Record<string, unknown>
>;

/**
 * The end of a command that was not done. It is told in a sentence, never with a stack trace.
 *
 * - `body`: what `--json` prints.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly body: FailureBody;
  /** Whether an earlier attempt of the same call had no answer, and may have taken effect. */
  readonly repeated: boolean;

  constructor(
    exitCode: ExitCode,
    body: FailureBody,
    { sentence = body.detail, repeated = false } = {},
  ) {
    super(sentence);
    this.exitCode = exitCode;
    this.body = body;
    this.repeated = repeated;
  }

  /** Whether the command may have taken effect, so that it has to be repeated as it was. */
  get isOpen(): boolean {
    return this.exitCode === EXIT.tryAgain || this.exitCode === EXIT.interrupted;
  }
}

export const wrongUsage = (detail: string): Failure =>
  new Failure(EXIT.wrongUsage, { code: 'wrong_usage', detail });

export const tryAgain = (
  code: 'not_reachable' | 'not_finished' | 'try_again',
  detail: string,
): Failure => new Failure(EXIT.tryAgain, { code, detail });

export const notAllowed = (detail: string): Failure =>
  new Failure(EXIT.notAllowed, { code: 'not_allowed', detail });

export const interruption = (): Failure =>
  new Failure(EXIT.interrupted, {
    code: 'interrupted',
    detail: 'Stopped. The same command goes on from here.',
  });

/**
 * Does what has a name, which makes it safe to repeat. When its outcome is unknown, the failure
 * tells the name, because only a repetition with the same name is once.
 *
 * @param option how to give the name again, as in `--reference 01J…`
 */
export const withName = async <Result>(
  option: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure && error.isOpen)) throw error;
    const sentence = `${error.message} It may have taken effect: repeat it with ${option}, so that it takes effect once.`;
    throw new Failure(error.exitCode, { ...error.body, repeatWith: option }, { sentence });
  }
};
