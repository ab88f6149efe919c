/** Divides events into requests that EventBridge takes. */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1_024;

/** What an entry's time counts, in bytes. */
const TIME_BYTES = 14;

/**
 * The size of an entry, as EventBridge counts it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
 */
export const entryBytes = ({ Source, DetailType, Detail, Time }: PutEventsRequestEntry): number =>
  [Source, DetailType, Detail].reduce((total, text) => total + Buffer.byteLength(text ?? ''), 0) +
  (Time ? TIME_BYTES : 0);

/** Requests as few and full as their sequence allows, each entry in one of them. */
export const packEntries = (
  entries: readonly PutEventsRequestEntry[],
): PutEventsRequestEntry[][] => {
  const requests: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entryBytes(entry);
    const last = requests.at(-1);
    // EventBridge asks for less than the limit.
    if (last && last.length < MAX_ENTRIES && bytes + size < MAX_BYTES) last.push(entry);
    else requests.push([entry]);
    bytes = last === requests.at(-1) ? bytes + size : size;
  }
  return requests;
};
