import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { busFromEnvironment } from '../lib/event-bus/event-bus.ts';
import { recordReader } from '../lib/event-bus/read-records.ts';
import { publish } from '../lib/events/publish.ts';
import { reportEvents } from '../lib/observability/events.ts';
import { systemRuntime as runtime } from '../lib/runtime.ts';
import { timeBudget } from '../lib/time-budget.ts';

const bus = busFromEnvironment(runtime);
const readRecords = recordReader(process.env);

export const handler = async (
  event: DynamoDBStreamEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> => {
  const remaining = timeBudget(context, event.Records.length);
  const records = readRecords(event.Records);
  const published = await publish(records, { bus, runtime, remaining });
  reportEvents(published, context.awsRequestId, runtime.now());
  // Lambda repeats all records from this one on.
  const [first] = published.delayed;
  return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
};
