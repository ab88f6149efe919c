import type { Writable } from 'node:stream';
import progress from 'cli-progress';
import type { Stream } from './ports.ts';
import { counted } from './text.ts';

/** Shows how far a long command is. */
export type Progress = {
  readonly update: (done: number) => void;
  readonly stop: () => void;
};

/** Without a terminal, a line at every tenth. */
const STEPS = 10;

const lines = (stream: Stream, verb: string, total: number): Progress => {
  let told = 0;
  return {
    update(done) {
      const step = Math.floor((done / total) * STEPS);
      if (step <= told) return;
      told = step;
      stream.write(`${verb} ${done.toLocaleString('en-US')} of ${counted(total, 'order')}\n`);
    },
    stop() {},
  };
};

const bar = (stream: Stream, verb: string, total: number): Progress => {
  const shown = new progress.SingleBar({
    stream: stream as unknown as Writable,
    format: `${verb.padEnd(9)} [{bar}] {percentage}%  {value} of ${counted(total, 'order')}`,
    formatValue: (value, _options, type) =>
      type === 'value' ? value.toLocaleString('en-US') : String(value),
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    barsize: 28,
    hideCursor: true,
    // Ctrl-C ends the command in order, which stops the bar.
    gracefulExit: false,
  });
  shown.start(total, 0);
  return { update: (done) => shown.update(done), stop: () => shown.stop() };
};

/** @param verb what happens to the orders, as in `Sent` */
export const showProgress = (stream: Stream, verb: string, total: number): Progress =>
  stream.isTTY ? bar(stream, verb, total) : lines(stream, verb, total);
