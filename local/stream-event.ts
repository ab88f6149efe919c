/** Stream records as Lambda gives them to a function. */
import type { _Record as SdkRecord } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';

/**
 * The same but for the time, which Lambda counts in seconds, and for binary values, which no row of
 * the shop has.
 */
export const toStreamRecord = (
  { eventID, eventName, eventVersion, eventSource, awsRegion, dynamodb = {} }: SdkRecord,
  streamArn: string,
): DynamoDBRecord => {
  const { ApproximateCreationDateTime: at, ...rest } = dynamodb;
  return {
    ...(eventID && { eventID }),
    ...(eventName && { eventName }),
    ...(eventVersion && { eventVersion }),
    ...(eventSource && { eventSource }),
    ...(awsRegion && { awsRegion }),
    eventSourceARN: streamArn,
    dynamodb: {
      ...(rest as StreamRecord),
      ...(at && { ApproximateCreationDateTime: at.getTime() / 1_000 }),
    },
  };
};
