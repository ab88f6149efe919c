/** Lambda in a simulated world: invocations, their deadlines and their deaths. */
import type { Context } from 'aws-lambda';
import { lambdaContext } from '../support/unit-events.ts';
import type { Process } from './scheduler.ts';
import { comes, type World } from './world.ts';

/** How an invocation ended; `lost` when it was killed. */
export type Ending =
  | { readonly type: 'answered'; readonly answer: unknown }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'lost'; readonly why: string };

export type Invocation = {
  readonly id: string;
  readonly timeoutMs: number;
  /** Whether somebody waits for its answer. */
  readonly hasCaller: boolean;
  readonly handle: (context: Context) => Promise<unknown>;
  readonly ended: (ending: Ending) => void;
};

/**
 * What Lambda can answer, in bytes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_BYTES = 6_291_556;

/** How long it takes until a new container is ready, and one that was there before. */
const COLD_MS = 400;
const WARM_MS = 2;

/** The request at which a doomed invocation ends, drawn from these. */
const DOOMS = [1, 2, 2, 3, 4, 8] as const;

export const createLambda = (world: World) => {
  const { scheduler, chance, swarm, history } = world;
  const endings = new Map<Process, (ending: Ending) => void>();
  const running = new Set<Process>();

  const end = (process: Process, ending: Ending): void => {
    if (!process.isAlive) return;
    process.isAlive = false;
    process.endedAt = scheduler.now();
    running.delete(process);
    const tell = endings.get(process);
    endings.delete(process);
    tell?.(ending);
  };

  return {
    /** How many invocations are running. */
    running: (): number => running.size,

    kill: (process: Process, why: string): void => {
      if (!process.isAlive) return;
      history.note(process.id, () => why.toUpperCase());
      history.count(why);
      end(process, { type: 'lost', why });
    },

    invoke: ({ id, timeoutMs, hasCaller, handle, ended }: Invocation): void => {
      const isDoomed = comes(world, 'killed', id);
      const process: Process = {
        id,
        skewMs: chance.between(-swarm.skewMs, swarm.skewMs, `${id}/skew`) + swarm.skewMs,
        isAlive: true,
        endedAt: Number.POSITIVE_INFINITY,
        busyUntil: 0,
        requests: 0,
        asked: new Map(),
        hasCaller,
        dooms: isDoomed ? chance.oneOf<number>(DOOMS, `${id}/doom`) : 0,
      };
      endings.set(process, ended);
      running.add(process);
      const begins = chance.choose(10, `${id}/cold`) === 9 ? COLD_MS : WARM_MS;
      const deadline = scheduler.now() + begins + timeoutMs;
      scheduler.resume(process, begins + timeoutMs, `${id} deadline`, () => {
        history.note(id, () => 'TIMED OUT');
        world.complain('in time', `${id} ran into its deadline`);
        end(process, { type: 'lost', why: 'timed out' });
      });
      scheduler.resume(process, begins, `${id} begins`, () => {
        const context = {
          ...lambdaContext(),
          awsRequestId: id,
          getRemainingTimeInMillis: () => deadline - scheduler.now(),
        };
        handle(context).then(
          (answer) => end(process, endingOf(answer)),
          (error: unknown) => end(process, { type: 'failed', error }),
        );
      });
    },
  };
};

const endingOf = (answer: unknown): Ending => {
  const body = (answer as { body?: string } | undefined)?.body ?? '';
  // Only a long body can be too long once it is written as a string of JSON.
  const isLong = body.length > MOST_BYTES / 3;
  return isLong && Buffer.byteLength(JSON.stringify(answer)) > MOST_BYTES
    ? { type: 'failed', error: new Error('The answer has more than 6 MB') }
    : { type: 'answered', answer };
};
