/** One seed, one history: the whole system under everything that AWS may do, in virtual time. */
import './machine.ts';
import type { SQSBatchResponse } from 'aws-lambda';
import { TABLES } from '../support/builders.ts';
import { furnishing } from '../support/furnishing.ts';
import { judge } from '../support/shop.ts';
import type { Answered } from './answers.ts';
import { liesIn, saysNothing } from './answers.ts';
import type { Call } from './calls.ts';
import { callOf, callQueueFunction, callSweep, OTHER_TIMEOUT_MS } from './calls.ts';
import { type Choose, createChance, hashOf, seededChoices } from './choices.ts';
import { BEGINNING, createDatabase } from './database.ts';
import { type Content, hasShipped } from './deeds/deed.ts';
import { type Deed, typeOf } from './deeds/index.ts';
import { createHistory, type Injected, type Line } from './history.ts';
import { createLambda, type Ending } from './lambda.ts';
import { createLaws, isHalfDone, type OrderRow } from './laws.ts';
import { type Machine, runOn } from './machine.ts';
import { createNetwork, travel } from './network.ts';
import { drawPlan, type PlannedDeed, type Shopper, withoutThese } from './plan.ts';
import { createQueue } from './queue.ts';
import { createRounds } from './rounds.ts';
import { createScheduler, type Process } from './scheduler.ts';
import { sendAsSdk } from './sdk.ts';
import type { Small } from './small.ts';
import { createTruth, type Moment } from './truth.ts';
import {
  falselyAcknowledged,
  falselyCancelled,
  isDone,
  isOver,
  nameOf,
  notAsAsked,
} from './work.ts';
import { comes, type World } from './world.ts';
import { drawSwarm, type WorldKind } from './worlds.ts';

export type Violation = {
  /** Milliseconds since the beginning. */
  readonly at: number;
  /** The law that was broken, or `answers`, or `at rest` for what is not right at the end. */
  readonly law: string;
  readonly about: string;
};

export type Outcome = {
  readonly seed: number;
  /** The same for the same history. */
  readonly hash: string;
  /** The simulation ends with the first. */
  readonly violations: readonly Violation[];
  readonly counts: ReadonlyMap<string, number>;
  readonly faults: readonly Injected[];
  /** The deeds that were planned, by their ids. */
  readonly deeds: readonly string[];
  /** The orders of the crowd. */
  readonly crowd: readonly string[];
  /** Empty unless they were asked for. */
  readonly lines: readonly Line[];
  readonly virtualMs: number;
};

export type Options = {
  /** Labels of choices that are kept uneventful. */
  readonly calm?: ReadonlySet<string>;
  /** The kind of world; the seed's own by default. */
  readonly world?: WorldKind;
  /** Deeds that are left out, and orders of the crowd. */
  readonly without?: ReadonlySet<string>;
  readonly keepsLines?: boolean;
  /** Who chooses, in the place of the seed. */
  readonly choose?: Choose;
  /** A world that is given, and all whose interleavings are searched. */
  readonly small?: Small;
  /** When a history ends at the latest, with or without a verdict, in milliseconds. */
  readonly mostMs?: number;
  /** Turns of the event loop for every step. */
  readonly turns?: number;
};

/** No history lasts longer after the faults have ended, in milliseconds. */
const LONGEST_REST_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** How often a call is repeated at the end before it has to say something. */
const MOST_REPEATS = 10;

export const simulate = async (seed: number, options: Options = {}): Promise<Outcome> => {
  const { calm, without = new Set(), keepsLines = false, turns, small, world: kind } = options;
  const { mostMs = Number.POSITIVE_INFINITY } = options;
  const choose = small?.choose ?? options.choose ?? seededChoices(seed, calm);
  const chance = createChance(choose);
  const swarm = small?.swarm ?? drawSwarm(chance, kind);
  const plan = withoutThese(small?.plan ?? drawPlan(chance, swarm), without);
  const violations: Violation[] = [];
  let isDisturbed = true;

  const scheduler = createScheduler({
    choose,
    work: (process) =>
      swarm.workMs === 0 ? 0 : chance.between(0, swarm.workMs, scheduler.nameFor(process, 'work')),
    watch: (at, label) => history.step(at, label),
    ...(turns !== undefined && { turns }),
  });
  const { now } = scheduler;
  const history = createHistory(now, { keepsLines });
  const complain = (law: string, about: string): void => {
    violations.push({ at: now(), law, about });
    history.note(law, () => `VIOLATION ${about}`);
  };
  const isEnded = (): boolean =>
    violations.length > 0 || small?.isRedundant() === true || now() > mostMs;

  const world: World = {
    scheduler,
    chance,
    swarm,
    history,
    isDisturbed: () => isDisturbed,
    complain,
    small,
    kill: (process, why) => lambda.kill(process, why),
  };
  const lambda = createLambda(world);
  const truth = createTruth();
  const laws = createLaws(complain);
  const rounds = createRounds(complain);
  const { db, service } = createDatabase(world, (commit) => {
    truth.commit(commit);
    history.count('commits');
    for (const { table, before, after } of commit.writes) {
      const isOrder = table === 'orders' && after?.status === 'cancelled';
      if (!isOrder || before?.status === 'cancelled') continue;
      history.count('cancellations');
      const wish = { graceSeconds: swarm.expiryGraceMinutes * 60 };
      const isExpiry = before && commit.by.id.startsWith('sweep');
      for (const lie of isExpiry ? notAsAsked({ before, after }, [wish]) : []) {
        complain('answers', `it is not true of ${commit.by.id} that ${lie}`);
      }
    }
    laws.check(commit.writes);
    rounds.check(commit);
  });
  const queue = createQueue(world, (id, event, ended) => {
    const from = truth.now();
    rounds.begin(id, event);
    lambda.invoke({
      id,
      timeoutMs: OTHER_TIMEOUT_MS,
      hasCaller: false,
      handle: (context) => callQueueFunction(event, context),
      ended: (ending) => {
        if (ending.type === 'failed')
          complain('answers', `the queue function threw ${ending.error}`);
        if (ending.type === 'answered') {
          const answer = ending.answer as SQSBatchResponse;
          for (const lie of falselyAcknowledged(event, answer, truth, from)) {
            complain('answers', `${id} ${lie}`);
          }
        }
        for (const lie of falselyCancelled(event, id, truth, from)) {
          complain('answers', `it is not true of ${id} that ${lie}`);
        }
        ended(ending);
      },
    });
  });
  const services = { dynamodb: service, sqs: queue.service };
  process.env.EXPIRY_GRACE_MINUTES = String(swarm.expiryGraceMinutes);
  runOn(createMachine(world, createNetwork(world), services));

  const setting = furnishing(plan.setting, TABLES).map(([table, row]) => ({ table, after: row }));
  for (const { table, after } of setting) db.put(table, after);
  truth.begin(setting);
  laws.check(setting);

  /** Work for the queue, since when, and when it was sent at the earliest. */
  const accepted: {
    readonly content: Content;
    readonly since: Moment;
    readonly sentAt: string;
  }[] = [];
  const batches: string[] = [];

  const take = (contents: readonly Content[], since: Moment, at: number): void => {
    const sentAt = new Date(BEGINNING + at).toISOString();
    for (const content of contents) accepted.push({ content, since, sentAt });
  };

  /** Work that was accepted is on the queue. */
  const onAccepted = (id: string, contents: readonly Content[], calledAt: number): void => {
    const missing = contents.filter(
      (content) => !queue.wasSent(content, calledAt) && !isOver(content, truth),
    );
    if (missing.length > 0) {
      const told = missing.slice(0, 5).map((content) => JSON.stringify(content));
      complain('answers', `${id} is told that ${told} are on the queue`);
    }
  };

  /** Makes a call over HTTP. */
  const invoke = (
    id: string,
    { handle, timeoutMs }: Call,
    ended: (ending: Ending) => void,
  ): void => {
    scheduler.later(travel(world, `${id}/call`), `${id} is called`, () =>
      lambda.invoke({
        id,
        timeoutMs,
        hasCaller: true,
        handle,
        ended,
      }),
    );
  };

  const read = (ending: Ending): { status: number; body: Record<string, unknown> } => {
    // What API Gateway says of a function that did not answer.
    if (ending.type !== 'answered') return { status: 503, body: {} };
    const { statusCode = 0, body = '' } = ending.answer as { statusCode?: number; body?: string };
    return { status: statusCode, body: body === '' ? {} : JSON.parse(body) };
  };

  /** @param told gets whether the answer says anything */
  const perform = (id: string, deed: Deed, told: (isKnown: boolean) => void): void => {
    const from = truth.now();
    const calledAt = now();
    history.note(id, () => `WANTS ${JSON.stringify(deed).slice(0, 300)}`);
    const { request, work } = typeOf(deed);
    if (!request) {
      const contents = work?.(deed, {}) ?? [];
      for (const content of contents) {
        const isLost =
          !('items' in content) && chance.happens(0.05, `${id}/${nameOf(content)} is lost`);
        queue.put(JSON.stringify({ ...content, ...(isLost && { restock: false }) }));
      }
      history.count('messages of others', contents.length);
      take(contents, from, calledAt);
      told(true);
      return;
    }
    let isWaiting = true;
    const hear = (isKnown: boolean): void => {
      if (!isWaiting) return;
      isWaiting = false;
      told(isKnown);
    };
    if (comes(world, 'caller gives up', id)) {
      const patience = chance.between(20, 3_000, `${id}/patience`);
      scheduler.later(patience, `${id} gives up`, () => hear(false));
    }
    invoke(id, callOf(request(deed)), (ending) => {
      if (ending.type === 'failed') complain('answers', `${id} threw ${ending.error}`);
      const { status, body } = read(ending);
      history.note(id, () => `IS TOLD ${status} ${JSON.stringify(body).slice(0, 300)}`);
      history.count(`told: ${deed.type} ${status} ${body.outcome ?? body.code ?? ''}`);
      const answered: Answered = { id, deed, from, to: truth.now(), status, body };
      for (const lie of liesIn(answered, truth)) complain('answers', `${id} is told that ${lie}`);
      if (status === 202) {
        const contents = work?.(deed, body) ?? [];
        onAccepted(id, contents, calledAt);
        take(contents, from, calledAt);
        if (typeof body.batchId === 'string') batches.push(body.batchId);
      }
      scheduler.later(travel(world, `${id}/told`), `${id} hears`, () => hear(!saysNothing(status)));
    });
  };

  const unknown: PlannedDeed[] = [];
  let busyShoppers = 0;
  const shop = ({ beginsAt, deeds }: Shopper): void => {
    const go = (index: number, attempt: number): void => {
      const planned = deeds[index];
      if (!planned) {
        busyShoppers -= 1;
        return;
      }
      const { id, deed } = planned;
      perform(`${id}/${attempt}`, deed, (isKnown) => {
        const goesOn = isKnown || attempt >= swarm.tries;
        if (!isKnown && goesOn) unknown.push(planned);
        const next = deeds[goesOn ? index + 1 : index];
        const pause = goesOn
          ? (next?.pauseMs ?? 0)
          : chance.between(0, 2_000, `${id}/${attempt}/pause`);
        scheduler.later(pause, `${id} goes on`, () =>
          goesOn ? go(index + 1, 1) : go(index, attempt + 1),
        );
      });
    };
    busyShoppers += 1;
    scheduler.later(beginsAt, 'a shopper comes', () => go(0, 1));
  };
  for (const one of plan.shoppers) shop(one);

  const sweep = (id: string): void => {
    lambda.invoke({
      id,
      timeoutMs: OTHER_TIMEOUT_MS,
      hasCaller: false,
      handle: callSweep,
      ended: (ending) => {
        if (ending.type === 'failed') complain('answers', `${id} threw ${ending.error}`);
      },
    });
  };
  let minutes = 0;
  let isAtRest = false;
  const isNothingLeft = (): boolean =>
    lambda.running() === 0 && queue.waiting().length === 0 && ordersLeft().length === 0;
  const ordersLeft = (): OrderRow[] =>
    [...laws.orders.values()].filter((order) => isHalfDone(order) || order.dueAt !== undefined);
  const everyMinute = (): void => {
    minutes += 1;
    isAtRest = isNothingLeft();
    const id = `sweep${minutes}`;
    if (!comes(world, 'sweep missed', id)) sweep(id);
    if (comes(world, 'sweep twice', id)) sweep(`${id}b`);
    scheduler.later(MINUTE_MS, 'a minute has passed', everyMinute);
  };
  const untilSweep = small ? MINUTE_MS : chance.between(1_000, MINUTE_MS, 'first sweep');
  scheduler.later(untilSweep, 'a minute', everyMinute);
  for (let count = 1; count <= (small?.sweeps ?? 0); count += 1) sweep(`sweep0.${count}`);

  // 1. Everybody at once, and everything that may go wrong.
  const mayFaultsEnd = (): boolean =>
    busyShoppers === 0 && (now() >= swarm.lastsMs || isNothingLeft());
  await scheduler.run(() => isEnded() || mayFaultsEnd());
  // The queue and the sweep are disturbed, too, also where nobody waits for them.
  if (small) await scheduler.run(() => isEnded() || (now() > 100 && lambda.running() === 0));
  // 2. Nothing goes wrong any more: what was begun comes to its end.
  isDisturbed = false;
  const rest = async (): Promise<void> => {
    isAtRest = false;
    const end = now() + LONGEST_REST_MS;
    await scheduler.run(() => isEnded() || isAtRest || now() > end);
    if (!isEnded() && !isAtRest) complain('at rest', whatIsLeft());
  };
  const whatIsLeft = (): string => {
    return [
      'it never comes to rest:',
      ...ordersLeft().map(({ id, status, dueAt }) => `order ${id} is ${status}, due ${dueAt}`),
      ...queue.waiting().map(({ id, body, receives }) => `${id} ${body} received ${receives}`),
      `${lambda.running()} invocations`,
    ].join(' ');
  };
  if (!isEnded()) await rest();
  // 3. Who has not been told anything asks again.
  for (const { id, deed } of unknown) {
    let isKnown = false;
    for (let attempt = 1; attempt <= MOST_REPEATS && !isKnown && !isEnded(); attempt += 1) {
      let isOver = false;
      perform(`${id}/again${attempt}`, deed, (known) => {
        isKnown = known;
        isOver = true;
      });
      await scheduler.run(() => isOver || isEnded());
    }
    if (!isKnown && !isEnded()) complain('at rest', `${id} is never told anything`);
  }
  if (!isEnded() && !(small && unknown.length === 0)) await rest();
  // 4. What is true now.
  if (!isEnded()) {
    for (const id of batches) await checkBatch(id);
    checkEnd();
  }

  async function checkBatch(batchId: string): Promise<void> {
    let isOver = false;
    invoke(`look ${batchId}`, callOf({ to: 'getBatch', path: { batchId } }), (ending) => {
      isOver = true;
      const { status, body } = read(ending);
      const { total, cancelled, pending, rejected = [] } = body as Partial<BatchBody>;
      const isWhole = total === (cancelled ?? 0) + (pending ?? 0) + rejected.length;
      // An order can be placed again after its cancellation.
      if (status !== 200 || !isWhole) {
        complain('answers', `batch ${batchId} is ${status} ${JSON.stringify(body)}`);
      }
      for (const { orderId, code } of rejected) {
        const order = laws.orders.get(orderId);
        const isTrue =
          code === 'order_not_found' ? !order : order !== undefined && isRefused(order, code);
        if (!isTrue) complain('answers', `batch ${batchId} says ${code} of ${orderId}`);
      }
    });
    await scheduler.run(() => isOver || isEnded());
  }

  function checkEnd(): void {
    for (const { content, since, sentAt } of accepted) {
      if (isDone(content, sentAt, truth, since, true)) continue;
      complain('at rest', `${JSON.stringify(content)} was to be done, and is not`);
    }
    for (const { body } of queue.deadLetters()) complain('at rest', `${body} is a dead letter`);
    const { violations: found } = judge({
      products: db.rows(TABLES.products),
      orders: db.rows(TABLES.orders),
      movements: db.rows(TABLES.stockMovements),
    });
    for (const { law, subject, is, ought } of found) {
      complain(law, `${subject} ${is}; it ought to be: ${ought}`);
    }
  }

  return {
    seed,
    hash: `${history.hash()}-${truth.now()}-${hashOf(JSON.stringify(db.rows(TABLES.orders)))}`,
    violations,
    counts: history.counts,
    faults: history.injected,
    deeds: plan.shoppers.flatMap(({ deeds }) => deeds.map(({ id }) => id)),
    crowd: plan.crowd,
    lines: history.lines,
    virtualMs: now(),
  };
};

type BatchBody = {
  readonly total: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly rejected: readonly { readonly orderId: string; readonly code: string }[];
};

/** Whether a batch cannot cancel an order, for this reason. */
const isRefused = (order: OrderRow, code: string): boolean =>
  code === 'order_locked' ? order.lock !== undefined : hasShipped(order);

/** The machine that the code runs on, in this world. */
const createMachine = (
  { scheduler, chance, history, complain }: World,
  network: ReturnType<typeof createNetwork>,
  services: Readonly<Record<'dynamodb' | 'sqs', Parameters<typeof network>[1]>>,
): Machine => {
  const process = (): Process => {
    const running = scheduler.current();
    if (!running) throw new Error('Something runs that nobody has called');
    return running;
  };
  /** From now: when the step that is being computed has come to its end. */
  const after = (one: Process, milliseconds: number): number =>
    one.busyUntil - scheduler.now() + Math.max(0, milliseconds);
  const random = (one: Process): number =>
    chance.choose(2 ** 30, scheduler.nameFor(one, 'random')) / 2 ** 30;

  const sleep = (one: Process, milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      scheduler.resume(one, after(one, milliseconds), `${one.id} wakes`, resolve);
      signal?.addEventListener('abort', () =>
        reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
      );
    });

  return {
    now: () => new Date(BEGINNING + scheduler.now() + (scheduler.current()?.skewMs ?? 0)),
    random: () => random(process()),
    sleep: (milliseconds) => sleep(process(), milliseconds),
    abortAfter: (milliseconds) => {
      const one = process();
      const controller = new AbortController();
      scheduler.resume(one, after(one, milliseconds), `${one.id} out of time`, () =>
        controller.abort(),
      );
      return controller.signal;
    },
    newId: () => {
      const one = process();
      const name = scheduler.nameFor(one, 'id');
      const time = inBase32(BEGINNING + scheduler.now(), 10);
      const rest = ['a', 'b', 'c', 'd'].map((part) =>
        inBase32(hashOf(`${part} ${name}`) % 2 ** 20, 4),
      );
      return [time, ...rest].join('');
    },
    setTimeout: (run, milliseconds) => {
      const one = process();
      return scheduler.resume(one, after(one, milliseconds), `${one.id} timer`, run);
    },
    clearTimeout: (timer) => (timer as { cancel?: () => void }).cancel?.(),
    send: (request) => {
      const one = process();
      const token = scheduler.nameFor(one, 'token');
      const input =
        request.operation === 'TransactWriteItems'
          ? { ClientRequestToken: token, ...(request.input as object) }
          : request.input;
      return sendAsSdk(
        () => network(one, services[request.service], { ...request, input }),
        request.signal,
        {
          sleep: (milliseconds, signal) => sleep(one, milliseconds, signal),
          random: () => random(one),
        },
      );
    },
    metric: (name, value) => {
      if (name === 'ConflictsRetried') history.count('conflicts', value);
      if (name === 'StockDrift' && value > 0) complain('holdings', `${value} units have drifted`);
    },
    error: (message) => {
      if (message === 'undeclared problem') complain('answers', 'an undeclared problem');
    },
  };
};

const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const inBase32 = (number: number, length: number): string => {
  let rest = number;
  let text = '';
  for (let at = 0; at < length; at += 1) {
    text = BASE32.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};
