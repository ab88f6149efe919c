import * as z from 'zod/mini';
import type { AnyCancellation } from '../domain/cancellation.ts';
import {
  cancellation,
  graceSeconds,
  id,
  inUtc,
  moment,
  optional,
  optionalWord,
  partLinesOfMessage,
  timeWithZone,
} from '../fields.ts';
import { keyFrom } from '../idempotency-key.ts';

/** An order's id. A number is accepted too, because many shops use numbers as ids. */
const orderId = z.pipe(
  z.transform((value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value,
  ),
  id,
);

/** An order that was imported may be older than what the shop takes as a time otherwise. */
const anyMoment = z.pipe(timeWithZone, inUtc);

/**
 * One message of the queue. Other fields are ignored, because producers add fields for their own
 * use. Only a dry run is refused: if it were ignored, the order would be cancelled.
 */
const CancellationMessage = z
  .object({
    orderId,
    ...cancellation,
    // Other languages print the same moment otherwise: without milliseconds, or with +00:00.
    orderCreatedAt: optionalWord(anyMoment),
    orderRound: optional(z.int().check(z.minimum(1))),
    items: optional(partLinesOfMessage),
    idempotencyKey: optionalWord(
      z.pipe(
        z.string().check(z.refine((given) => keyFrom(given) !== undefined)),
        z.transform((given) => keyFrom(given) ?? ''),
      ),
    ),
    onlyIf: optionalWord(z.literal('pending')),
    graceSeconds: optional(graceSeconds),
    dryRun: optional(z.literal(false, 'Is not done by the queue')),
  })
  .check(
    z.refine(({ items, idempotencyKey }) => !items || idempotencyKey !== undefined, {
      path: ['idempotencyKey'],
    }),
    z.refine(({ items, graceSeconds: grace }) => !items || grace === undefined, {
      path: ['graceSeconds'],
    }),
  );

/**
 * A message that carries on a call-off; its row says what is to be done. A message that names an order
 * is about this order.
 */
const CallOffMessage = z.object({ callOff: id, orderId: z.optional(z.undefined()) });

/** What is wrong with a message: path and code, never the value, which may be personal data. */
export type MessageIssue = { readonly path: readonly PropertyKey[]; readonly code: string };

export type ReadMessage =
  | { readonly request: AnyCancellation; readonly publishedAt?: string | undefined }
  | { readonly callOff: string }
  | { readonly issues: readonly MessageIssue[] };

/** The most issues reported for one message. */
const MAX_ISSUES = 3;

/**
 * Reads the body of a message. A leading byte-order mark is ignored. `publishedAt` is when SNS got it,
 * which may deliver it to the queue much later.
 */
export const readMessage = (body: string): ReadMessage => {
  const { content, publishedAt } = unwrapped(body);
  const { data: ofCallOff } = CallOffMessage.safeParse(content);
  if (ofCallOff) return { callOff: ofCallOff.callOff };
  const result = CancellationMessage.safeParse(content);
  if (!result.success) {
    const issues = result.error.issues.slice(0, MAX_ISSUES);
    return { issues: issues.map(({ path, code }) => ({ path, code })) };
  }
  const { dryRun: _, items, idempotencyKey = '', ...request } = result.data;
  return {
    request: items ? { ...request, items, idempotencyKey } : request,
    ...(publishedAt !== undefined && { publishedAt }),
  };
};

/** The envelope that SNS puts around a message without raw message delivery. */
const SnsEnvelope = z.object({
  Type: z.literal('Notification'),
  Message: z.string(),
  Timestamp: z.catch(z.optional(moment), undefined),
});

/** The content of a body, without the envelope of SNS. */
const unwrapped = (body: string): { content: unknown; publishedAt?: string | undefined } => {
  const content = parse(body);
  const { data: envelope } = SnsEnvelope.safeParse(content);
  const isOurs = ['orderId', 'callOff'].some((name) => Object.hasOwn(Object(content), name));
  if (!envelope || isOurs) return { content };
  return { content: parse(envelope.Message), publishedAt: envelope.Timestamp };
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
};
