/** The way of a request to a service of AWS and back, and what may happen to it. */
import { FakeError } from '../support/fake-dynamodb.ts';
import type { Request } from './machine.ts';
import type { Process, Timer } from './scheduler.ts';
import { aborted, connectionLost, exceptionOf, REQUEST_TIMEOUT_MS, timedOut } from './sdk.ts';
import type { Step } from './small.ts';
import { type Fault, type FaultKind, NETWORK_FAULTS, ROLE_FAULTS } from './swarm.ts';
import { faultOf, type World } from './world.ts';

/** A request that has arrived at a service. */
export type Arrived = {
  readonly process: Process;
  readonly operation: string;
  readonly input: unknown;
  readonly label: string;
  /** What goes wrong with it at the service. */
  readonly fault: Fault | undefined;
};

export type Service = {
  /** What may go wrong there with a request, other than on the way. */
  readonly faults: (operation: string) => readonly FaultKind[];
  /** How long it works on a request, in milliseconds. */
  readonly workMs: (operation: string, label: string) => number;
  /**
   * A request arrives.
   *
   * @returns what ends the work on it and answers
   * @throws FakeError, also at the end
   */
  readonly arrive: (request: Arrived) => () => object;
  /** The tables that a request is about. */
  readonly tables: (input: unknown) => ReadonlySet<string>;
  /** What is told of a request in the history. */
  readonly describe: (operation: string, input: unknown) => string;
};

/** How late a request can be that was held up somewhere on its way, in milliseconds. */
const HELD_UP_MS = { from: 2_100, to: 20_000 } as const;

/** Milliseconds of one way; every now and then it takes a hundred times as long as usual. */
export const travel = ({ chance, swarm }: World, label: string): number => {
  if (!swarm.isSpread) return swarm.travelMs;
  const usual = chance.between(1, swarm.travelMs, `${label}/ms`);
  const luck = chance.choose(1_000, `${label}/luck`);
  if (luck < 950) return usual;
  return usual * (luck < 995 ? 10 : 100);
};

type Ending = { readonly answer: object } | { readonly error: () => Error };

const endOf = (answer: () => object): Ending => {
  try {
    return { answer: answer() };
  } catch (error) {
    if (error instanceof FakeError) return { error: () => exceptionOf(error) };
    throw error;
  }
};

export const createNetwork = (world: World) => {
  const { scheduler, chance, history } = world;

  /** When a process that is doomed dies: while it waits for this request, or just before. */
  const doom = (process: Process, label: string, withinMs: number): void => {
    const ms = chance.between(0, Math.ceil(withinMs), `${label}/dies`);
    scheduler.later(ms, `${label} dies`, () => world.kill(process, 'killed'));
  };

  return (process: Process, service: Service, request: Request): Promise<object> => {
    process.requests += 1;
    const { operation, input, signal } = request;
    const label = scheduler.nameFor(process, request.service === 'sqs' ? 'q' : 'r');
    const kinds = [
      ...NETWORK_FAULTS,
      ...service.faults(operation),
      ...(process.hasCaller ? [] : ROLE_FAULTS),
    ];
    const fault = faultOf(world, kinds, { label, operation });
    const there =
      fault === 'request late'
        ? chance.between(HELD_UP_MS.from, HELD_UP_MS.to, `${label}/held up`)
        : travel(world, `${label}/there`);
    const work = service.workMs(operation, label);
    const back = travel(world, `${label}/back`);
    /** It leaves when its step has been computed. */
    const leaves = process.busyUntil - scheduler.now();
    const leavesAt = process.busyUntil;
    history.note(label, () => service.describe(operation, input));

    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = (ending: Ending): void => {
        if (isOver) return;
        isOver = true;
        silence.cancel();
        if ('answer' in ending) resolve(ending.answer);
        else reject(ending.error());
      };
      const end = (milliseconds: number, ending: Ending): Timer =>
        scheduler.resume(process, milliseconds, `${label} ends`, () => over(ending));
      const silence = end(leaves + REQUEST_TIMEOUT_MS, { error: timedOut });
      signal?.addEventListener('abort', () => over({ error: aborted }));

      /** The caller waits no longer than its own limit. */
      const answer = (ending: Ending): void => {
        if (scheduler.now() + back < leavesAt + REQUEST_TIMEOUT_MS) {
          end(back, fault === 'answer lost' ? { error: connectionLost } : ending);
        }
      };
      const hasSilence = fault === 'answer swallowed';
      if (process.requests === process.dooms) doom(process, label, leaves + there + work + back);
      if (fault === 'request lost') end(leaves + there, { error: connectionLost });
      if (fault === 'request lost' || fault === 'request swallowed') return;

      /** In a small world the search chooses when a request goes on. */
      const goOn = (milliseconds: number, step: Step, what: string, run: () => unknown): void => {
        const { small } = world;
        if (small && step && !isRefused(fault)) {
          const join = (): void => small.pass(scheduler, { by: process.id, step, tables, run });
          scheduler.later(milliseconds, `${label} waits`, join);
        } else scheduler.later(milliseconds, `${label} ${what}`, run);
      };
      const isWrite = operation === 'TransactWriteItems';
      const tables = service.tables(input);

      goOn(
        leaves + there,
        request.service === 'sqs' ? undefined : isWrite ? 'begin' : 'read',
        'arrives',
        () => {
          // What has died before it could send the request has not sent it.
          if (!process.isAlive && process.endedAt < leavesAt) return;
          const refused = refusalBy(fault);
          if (refused) {
            answer({ error: () => exceptionOf(refused) });
            return;
          }
          let finish: () => object;
          try {
            finish = service.arrive({ process, operation, input, label, fault });
          } catch (error) {
            if (!(error instanceof FakeError)) throw error;
            history.note(label, () => `is refused: ${error.name}`);
            if (!hasSilence) answer({ error: () => exceptionOf(error) });
            return;
          }
          if (fault === 'connection lost under way') end(back, { error: connectionLost });
          goOn(work, isWrite ? 'finish' : undefined, 'is done', () => {
            const ending = endOf(finish);
            history.note(label, () => tell(ending));
            if (fault === 'killed') world.kill(process, 'killed');
            if (fault === 'server error after') {
              answer({ error: () => exceptionOf(brokenDown()) });
            } else if (!hasSilence) answer(ending);
            return 'answer' in ending ? 'committed' : undefined;
          });
        },
      );
    });
  };
};

const brokenDown = (): FakeError => new FakeError('InternalServerError', { status: 500 });

/** Whether the service changes nothing and looks at nothing, so that it does not matter when. */
const isRefused = (fault: Fault | undefined): boolean =>
  fault === 'throttled' ||
  fault === 'denied' ||
  fault === 'conflict' ||
  fault === 'throttled inside';

/** What DynamoDB or SQS say before they look at a request. */
const refusalBy = (fault: Fault | undefined): FakeError | undefined => {
  if (fault === 'server error before') return brokenDown();
  if (fault === 'denied') return new FakeError('AccessDeniedException');
  return fault === 'throttled' ? new FakeError('ThrottlingException') : undefined;
};

const tell = (ending: Ending): string => {
  if ('answer' in ending) return 'done';
  const error = ending.error() as Error & { CancellationReasons?: readonly { Code?: string }[] };
  const codes = (error.CancellationReasons ?? []).flatMap(({ Code }, at) =>
    Code === 'None' ? [] : [`${at} ${Code}`],
  );
  return [error.name, ...codes.slice(0, MOST_TOLD)].join(', ');
};

/** Reasons of one transaction that the history tells. */
const MOST_TOLD = 8;
