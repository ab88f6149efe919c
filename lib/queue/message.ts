import * as z from 'zod/mini';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { cancellation, id, optionalText } from '../fields.ts';

/** An order's id; many shops have numbers for ids, and their producers send them as such. */
const orderId = z.pipe(
  z.transform((value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value,
  ),
  id,
);

/**
 * What would have less done than cancelling the whole order at once, and is not read from messages.
 * A message that says so must not have the order cancelled because we ignore it.
 */
const notByQueue = z.optional(z.null('Is not done by the queue'));

/**
 * One message of the queue. What it has besides is ignored, because producers add what they need
 * themselves.
 */
const CancellationMessage = z.object({
  orderId,
  ...cancellation,
  createdAt: optionalText(64),
  items: notByQueue,
  onlyIf: notByQueue,
  graceSeconds: notByQueue,
  dryRun: notByQueue,
});

/** Why a message is none: where, and what is wrong there; never what it says. */
export type MessageIssue = { readonly path: readonly PropertyKey[]; readonly code: string };

export type ReadMessage =
  | { readonly request: CancellationRequest }
  | { readonly issues: readonly MessageIssue[] };

/** Issues that are told of one message. */
const MAX_ISSUES = 3;

/** Reads a message's body. A leading byte-order mark says nothing. */
export const readMessage = (body: string): ReadMessage => {
  const result = CancellationMessage.safeParse(contentOf(body));
  if (!result.success) {
    const issues = result.error.issues.slice(0, MAX_ISSUES);
    return { issues: issues.map(({ path, code }) => ({ path, code })) };
  }
  const { orderId, reason, note, restock, createdAt } = result.data;
  return { request: { orderId, reason, note, restock, createdAt } };
};

/** What SNS puts around a message, unless it is told not to. */
const SnsEnvelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** What a body says, out of SNS's envelope if it is in one. */
const contentOf = (body: string): unknown => {
  const content = parse(body);
  const { data: envelope } = SnsEnvelope.safeParse(content);
  return envelope && !Object.hasOwn(content as object, 'orderId')
    ? parse(envelope.Message)
    : content;
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
};
