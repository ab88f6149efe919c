/**
 * Replaces the SDK's module of the same name in the functions' bundles (`alias` in serverless.yml).
 * Neither DynamoDB nor SQS answers with a stream of events, so no function needs it, and each bundle
 * is 12 KB smaller.
 */
const unused = (): never => {
  throw new Error('No function reads streams of events');
};

export const eventStreamSerdeProvider = unused;

export class EventStreamSerde {
  constructor() {
    unused();
  }
}
