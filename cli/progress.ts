import type { Writable } from 'node:stream';
import progress from 'cli-progress';
import type { Stream } from './ports.ts';
import { counted, grouped } from './text.ts';

/** Shows how far a long command is. */
export type Progress = {
  readonly update: (done: number) => void;
  readonly stop: () => void;
};

/**
 * - `verb`: what happens, as in `Sent`.
 * - `noun`: to what; without one, the progress is told in percent only.
 * - `total`: of how many; without it, nobody knows the end.
 */
export type Work = { readonly verb: string; readonly noun?: string; readonly total?: number };

/** Without a terminal, a line at every tenth, or at every so many if nobody knows the end. */
const STEPS = 10;
const WITHOUT_END = 100_000;

const tell = ({ noun, total }: Work, done: number): string => {
  if (total === undefined) return counted(done, noun ?? 'row');
  return noun === undefined
    ? `${Math.floor((done / total) * 100)}%`
    : `${grouped(done)} of ${counted(total, noun)}`;
};

const lines = (stream: Stream, work: Work): Progress => {
  const each = work.total === undefined ? WITHOUT_END : work.total / STEPS;
  let told = 0;
  return {
    update(done) {
      const step = Math.floor(done / each);
      if (step <= told) return;
      told = step;
      stream.write(`${work.verb} ${tell(work, done)}\n`);
    },
    stop() {},
  };
};

const bar = (stream: Stream, work: Work): Progress => {
  const { verb, noun, total } = work;
  const parts = [
    verb.padEnd(9),
    ...(total === undefined ? [] : ['[{bar}] {percentage}%']),
    ...(noun === undefined ? [] : [total === undefined ? '{told}' : ' {told}']),
  ];
  const shown = new progress.SingleBar({
    stream: stream as unknown as Writable,
    format: parts.join(' '),
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    barsize: 28,
    hideCursor: true,
    // Ctrl-C ends the command in order, which stops the bar.
    gracefulExit: false,
  });
  shown.start(total ?? 1, 0, { told: tell(work, 0) });
  return {
    update: (done) => shown.update(done, { told: tell(work, done) }),
    stop: () => shown.stop(),
  };
};

export const showProgress = (stream: Stream, work: Work): Progress =>
  stream.isTTY ? bar(stream, work) : lines(stream, work);
