import { isActor } from '../lib/domain/actor.ts';
import { type Api, createApi } from './api.ts';
import { wholeNumberFrom } from './arguments.ts';
import { interruption, wrongUsage } from './failure.ts';
import { createOutput, type Output } from './output.ts';
import { type Place, placeOf, type WhereOptions } from './place.ts';
import type { Ports } from './ports.ts';

/** The options that every command takes. */
export type CommonOptions = WhereOptions & {
  readonly json: boolean;
  /** For whom the caller says that it acts. */
  readonly actor?: string | undefined;
  /** Seconds during which a call without an answer is repeated, as text. */
  readonly 'retry-for'?: string | undefined;
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
  const retryFor = wholeNumberFrom(options['retry-for'] ?? '0', '--retry-for', {
    from: 0,
    to: A_DAY_S,
  });
  const { actor } = options;
  if (actor !== undefined && !isActor(actor)) {
    throw wrongUsage(`--actor must be 1 to 255 printable ASCII characters, not "${actor}".`);
  }
  return {
    place,
    output,
    ports,
    api: createApi(place, { retryFor, actor, note: output.note }, ports),
    pause: (milliseconds) => pause(milliseconds, ports),
  };
};

const pause = async (
  milliseconds: number,
  { runtime, interrupted }: Pick<Ports, 'runtime' | 'interrupted'>,
): Promise<void> => {
  const waiting = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const { signal } = waiting;
    interrupted.addEventListener('abort', () => resolve(), { once: true, signal });
  });
  if (!interrupted.aborted) await Promise.race([runtime.sleep(milliseconds), stopped]);
  waiting.abort();
  if (interrupted.aborted) throw interruption();
};
