/** Sends the events of a batch of stream records, those of one order or product in their order. */
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { CloudEvent } from './cloud-event.ts';

/**
 * One record of a stream, read.
 *
 * - `aggregate`: the order or product that it is about.
 * - `committedAt`: when its commit took effect, in milliseconds.
 * - `event`: what others have to be told; most records of products tell nothing.
 * - `correlationId`: of the call that made the change, if the row tells.
 * - `damage`: why it could not be read.
 */
export type StreamRecord = {
  readonly sequenceNumber: string;
  readonly aggregate: string;
  readonly committedAt: number;
  readonly event?: CloudEvent | undefined;
  readonly correlationId?: string;
  readonly damage?: string;
};

/**
 * Why the bus did not take an event:
 *
 * - `passing`: it may take the same event in a moment.
 * - `refused`: not before somebody changes something, such as a permission.
 * - `unacceptable`: it never takes this event.
 */
export type NotTaken = {
  readonly code: string;
  readonly kind: 'passing' | 'refused' | 'unacceptable';
};

export type EventBus = {
  /**
   * Sends each event once, in as few requests as possible. Requests may overtake each other. Never
   * rejects.
   *
   * @returns by event: undefined if the bus has it
   */
  readonly put: (
    events: readonly CloudEvent[],
    remaining: TimeBudget,
  ) => Promise<readonly (NotTaken | undefined)[]>;
};

/** A record whose event is lost, unless somebody sends it by hand. */
export type GivenUp = { readonly record: StreamRecord; readonly why: string };

/**
 * - `published`: the records whose events the bus has.
 * - `givenUp`: those that nothing can be made of.
 * - `delayed`: those that have to come again. Lambda repeats all records from the first of them on.
 * - `problems`: how often the bus gave which reason.
 */
export type Published = {
  readonly published: readonly StreamRecord[];
  readonly givenUp: readonly GivenUp[];
  readonly delayed: readonly StreamRecord[];
  readonly problems: Readonly<Record<string, number>>;
};

type Ports = {
  readonly bus: EventBus;
  readonly runtime: Pick<Runtime, 'now' | 'random' | 'sleep'>;
  readonly remaining: TimeBudget;
};

/**
 * How long a record is tried that cannot be read, or whose event the bus will never take, in
 * milliseconds. During a deployment a function of the new version may write what this one cannot
 * read yet. After that time the record must not hold up all others any longer.
 */
export const PATIENCE_MS = 5 * 60_000;

/** The records of one order or product that tell something and have not been sent, oldest first. */
type Lane = {
  readonly waiting: StreamRecord[];
  /** Nothing more of it is sent by this invocation. */
  isClosed: boolean;
};

/**
 * Sends again and again the oldest event of every order and product, until all are sent or the time
 * is up. So there is never more than one event of an order on its way, and none overtakes another.
 */
export const publish = async (
  records: readonly StreamRecord[],
  { bus, runtime, remaining }: Ports,
): Promise<Published> => {
  const lanes = lanesOf(records);
  const published: StreamRecord[] = [];
  const givenUp: GivenUp[] = [];
  const problems: Record<string, number> = {};

  /** Nothing can be made of the oldest record of a lane, as far as this invocation can tell. */
  const giveUp = (lane: Lane, why: string): void => {
    const [record] = lane.waiting;
    const isHopeless =
      record !== undefined && runtime.now().getTime() - record.committedAt > PATIENCE_MS;
    if (isHopeless) {
      givenUp.push({ record, why });
      lane.waiting.shift();
    } else lane.isClosed = true;
  };

  /** @returns whether the same event may be taken in a moment */
  const settle = (lane: Lane, notTaken: NotTaken | undefined): boolean => {
    if (!notTaken) published.push(...lane.waiting.splice(0, 1));
    else problems[notTaken.code] = (problems[notTaken.code] ?? 0) + 1;
    if (notTaken?.kind === 'unacceptable') giveUp(lane, notTaken.code);
    if (notTaken?.kind === 'refused') lane.isClosed = true;
    return notTaken?.kind === 'passing';
  };

  for (let attempt = 0; ; attempt += 1) {
    for (const lane of lanes) passDamage(lane, giveUp);
    const sending = lanes.flatMap((lane) => {
      const event = lane.isClosed ? undefined : lane.waiting[0]?.event;
      return event ? [{ lane, event }] : [];
    });
    if (sending.length === 0 || remaining() <= 0) break;
    const answers = await bus.put(
      sending.map(({ event }) => event),
      remaining,
    );
    const failed = sending.filter(({ lane }, index) => settle(lane, answers[index]));
    if (failed.length === 0) attempt = -1;
    else if (!(await backOff(attempt, remaining, runtime))) break;
  }
  const waiting = new Set(lanes.flatMap((lane) => lane.waiting));
  return { published, givenUp, delayed: records.filter((one) => waiting.has(one)), problems };
};

const lanesOf = (records: readonly StreamRecord[]): readonly Lane[] => {
  const lanes = new Map<string, Lane>();
  for (const record of records) {
    if (!record.event && record.damage === undefined) continue;
    const lane = lanes.get(record.aggregate) ?? { waiting: [], isClosed: false };
    lane.waiting.push(record);
    lanes.set(record.aggregate, lane);
  }
  return [...lanes.values()];
};

/** Gives up damaged records, up to the first event. */
const passDamage = (lane: Lane, giveUp: (lane: Lane, why: string) => void): void => {
  let [record] = lane.waiting;
  while (record?.damage !== undefined && !lane.isClosed) {
    giveUp(lane, record.damage);
    [record] = lane.waiting;
  }
};
