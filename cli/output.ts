import type { Failure } from './failure.ts';
import type { Ports } from './ports.ts';
import { type Progress, showProgress, type Work } from './progress.ts';
import { wrapped } from './text.ts';

/** What a command tells: its result on standard output, everything else on standard error. */
export type Output = {
  /** Columns of the terminal that a result may take. */
  readonly width: number;
  /**
   * @param value what `--json` prints
   * @param text what everybody else reads
   */
  readonly result: (value: unknown, text: string) => void;
  /** Tells something beside the result. */
  readonly note: (text: string) => void;
  readonly failure: (failure: Failure) => void;
  /** Shows how far a command is. */
  readonly progress: (work: Work) => Progress;
  readonly paint: Paint;
};

const COLOURS = { red: 31, green: 32, yellow: 33 } as const;

/** Colours a word, if standard output is a terminal and nobody has asked for no colours. */
export type Paint = (colour: keyof typeof COLOURS, text: string) => string;

/** Pages that are read in a terminal of another width are made for this one. */
const USUAL_WIDTH = 80;

/** @see https://no-color.org */
const isColourful = (env: Ports['env']): boolean =>
  (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';

export const createOutput = (
  { json }: { readonly json: boolean },
  { stdout, stderr, env }: Pick<Ports, 'stdout' | 'stderr' | 'env'>,
): Output => {
  const width = stdout.isTTY ? (stdout.columns ?? USUAL_WIDTH) : USUAL_WIDTH;
  const note = (text: string): void => {
    stderr.write(`${wrapped(text, USUAL_WIDTH, 2)}\n`);
  };
  const print = (value: unknown): void => {
    stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  };
  return {
    width,
    result(value, text) {
      if (json) print(value);
      else stdout.write(`${text}\n`);
    },
    note,
    failure(failure) {
      if (json) print(failure.body);
      note(failure.message);
      for (const { path, message } of errorsOf(failure)) {
        stderr.write(`  ${wrapped(`${path}: ${message}`, USUAL_WIDTH - 2, 4)}\n`);
      }
    },
    progress: (work) => showProgress(stderr, work),
    paint: (colour, text) =>
      stdout.isTTY && isColourful(env) ? `\u001b[${COLOURS[colour]}m${text}\u001b[39m` : text,
  };
};

/** What is wrong with each field of a request, as problem details tell it. */
const errorsOf = ({ body }: Failure): readonly { path: string; message: string }[] =>
  Array.isArray(body.errors) ? body.errors : [];
