/** When a message was sent first, also if it was sent anew since. */
import type { SQSRecord } from 'aws-lambda';
import { moment } from '../fields.ts';

/** The attribute of a message that was sent anew: when it was sent first. */
const SENT_AT = 'sentAt';

/** The most attributes of a message that SQS takes. */
const MOST_ATTRIBUTES = 10;

/**
 * When a message was sent first; undefined if nobody says so. The earliest of what is said counts:
 * any producer can send the attribute or an envelope of SNS, but nobody gets a message younger than
 * it is.
 *
 * @param publishedAt when SNS got it
 */
export const firstSentAt = (
  { attributes, messageAttributes }: Pick<SQSRecord, 'attributes' | 'messageAttributes'>,
  publishedAt: string | undefined,
): string | undefined =>
  [
    timeOf(attributes?.SentTimestamp),
    moment.safeParse(messageAttributes?.[SENT_AT]?.stringValue).data,
    publishedAt,
  ]
    .filter((at) => at !== undefined)
    .sort()[0];

/** A time of SQS, in milliseconds since 1970; undefined for what cannot be one. */
const timeOf = (milliseconds: string | undefined): string | undefined => {
  const at = new Date(Number(milliseconds));
  return isTime(at) ? moment.safeParse(at.toISOString()).data : undefined;
};

const isTime = (at: Date): boolean => !Number.isNaN(at.getTime());

/**
 * The attributes for a message that is sent anew, so that it is as old as before. One that has as
 * many as it may loses its age rather than the others.
 */
export const asOldAs = <Attribute extends object>(
  sentAt: Date,
  attributes: Readonly<Record<string, Attribute>>,
): Record<string, Attribute | { DataType: string; StringValue: string }> => {
  const hasRoom = Object.keys(attributes).length < MOST_ATTRIBUTES;
  return {
    ...(hasRoom &&
      isTime(sentAt) && {
        [SENT_AT]: { DataType: 'String', StringValue: sentAt.toISOString() },
      }),
    // Sent anew twice, it is as old as the first time.
    ...attributes,
  };
};
