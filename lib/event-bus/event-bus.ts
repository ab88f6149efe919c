/** Amazon EventBridge. */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { CONNECTION } from '../aws/connection.ts';
import { isTransient } from '../aws/transient-errors.ts';
import { inBatches } from '../batches.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { EventBus, NotTaken } from '../events/publish.ts';
import type { Runtime } from '../runtime.ts';
import { textFrom } from '../settings.ts';
import type { TimeBudget } from '../time-budget.ts';
import { packEntries } from './pack-entries.ts';

/** Requests in flight at the same time. */
const REQUESTS_IN_FLIGHT = 10;

/** The bus that the environment names. */
export const busFromEnvironment = (runtime: Pick<Runtime, 'abortAfter'>): EventBus =>
  createEventBus(
    // One attempt: it is the publisher who repeats, and it knows how much time is left.
    new EventBridgeClient({ maxAttempts: 1, requestHandler: CONNECTION }),
    textFrom(process.env, 'EVENT_BUS_NAME'),
    runtime,
  );

export const createEventBus = (
  client: EventBridgeClient,
  name: string,
  { abortAfter }: Pick<Runtime, 'abortAfter'>,
): EventBus => {
  const send = async (
    entries: readonly PutEventsRequestEntry[],
    remaining: TimeBudget,
  ): Promise<readonly (NotTaken | undefined)[]> => {
    try {
      const { Entries: answers = [] } = await client.send(
        new PutEventsCommand({ Entries: [...entries] }),
        { abortSignal: abortAfter(remaining()) },
      );
      return entries.map((_, index) => readAnswer(answers[index]));
    } catch (error) {
      const { name: code } = error as Error;
      if (isTransient(error)) return entries.map(() => ({ code, kind: 'passing' }));
      if (code !== 'ValidationException') return entries.map(() => ({ code, kind: 'refused' }));
      // The answer does not tell which of them it is about.
      if (entries.length > 1) return alone(entries, remaining);
      return [{ code, kind: 'unacceptable' }];
    }
  };
  const alone = async (entries: readonly PutEventsRequestEntry[], remaining: TimeBudget) => {
    const answers = await Promise.all(entries.map((entry) => send([entry], remaining)));
    return answers.flat();
  };
  return {
    put: async (events, remaining) => {
      const requests = packEntries(events.map((event) => toEntry(event, name)));
      const answers = await inBatches(
        requests,
        { size: 1, atOnce: REQUESTS_IN_FLIGHT },
        ([entries = []]) => send(entries, remaining),
      );
      return answers.flat();
    },
  };
};

const toEntry = (event: CloudEvent, bus: string): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: event.source,
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});

/**
 * What is wrong with an event itself, so that it would be wrong again.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
const UNACCEPTABLE = ['InvalidArgument', 'MalformedDetail', 'RedactionFailure'];
const PASSING = ['InternalException', 'InternalFailure', 'ThrottlingException'];

const readAnswer = (answer: PutEventsResultEntry | undefined): NotTaken | undefined => {
  if (answer?.EventId !== undefined) return undefined;
  const code = answer?.ErrorCode ?? 'NoAnswer';
  if (UNACCEPTABLE.includes(code)) return { code, kind: 'unacceptable' };
  const isPassing = PASSING.includes(code) || answer?.ErrorCode === undefined;
  return { code, kind: isPassing ? 'passing' : 'refused' };
};
