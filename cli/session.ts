import { type Api, createApi } from './api.ts';
import { wholeNumberFrom } from './arguments.ts';
import { interruption } from './failure.ts';
import { createOutput, type Output } from './output.ts';
import { type Place, placeOf, type WhereOptions } from './place.ts';
import type { Ports } from './ports.ts';

/** The options that every command takes. */
export type CommonOptions = WhereOptions & {
  readonly json: boolean;
  /** Seconds, as text. */
  readonly 'retry-for': string;
};

const A_DAY_S = 86_400;

/** What a command works with. */
export type Session = {
  readonly place: Place;
  readonly api: Api;
  readonly output: Output;
  readonly ports: Ports;
  /** Waits, and ends early with a failure at Ctrl-C. */
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** @throws Failure when an option makes no sense */
export const openSession = (options: CommonOptions, ports: Ports): Session => {
  const output = createOutput(options, ports);
  const place = placeOf(options, ports.env);
  const retryFor = wholeNumberFrom(options['retry-for'], '--retry-for', { from: 0, to: A_DAY_S });
  return {
    place,
    output,
    ports,
    api: createApi(place, { retryFor, note: output.note }, ports),
    pause: (milliseconds) => pause(milliseconds, ports),
  };
};

const pause = async (
  milliseconds: number,
  { runtime, interrupted }: Pick<Ports, 'runtime' | 'interrupted'>,
): Promise<void> => {
  const stopped = new Promise<void>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  if (!interrupted.aborted) await Promise.race([runtime.sleep(milliseconds), stopped]);
  if (interrupted.aborted) throw interruption();
};
