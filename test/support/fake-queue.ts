/** Answers for every SQS client, and remembers what was put on the queue. */
import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';

export type QueuedMessage = { readonly body: unknown; readonly delaySeconds?: number };

export const mockQueue = () => {
  const mock = mockClient(SQSClient);
  return Object.assign(mock, {
    /** Takes every message. */
    takesAll: (): void => {
      mock.on(SendMessageCommand).resolves({});
      mock.on(SendMessageBatchCommand).resolves({});
      mock.on(ChangeMessageVisibilityBatchCommand).resolves({});
    },
    /** In how many seconds messages that were received come back, by their receipt handles. */
    returned: (): Record<string, number> =>
      Object.fromEntries(
        mock
          .commandCalls(ChangeMessageVisibilityBatchCommand)
          .flatMap((call) => call.args[0].input.Entries ?? [])
          .map(({ ReceiptHandle, VisibilityTimeout }) => [ReceiptHandle, VisibilityTimeout]),
      ),
    /** What was handed over, whether or not the queue took it, in that order. */
    messages: (): QueuedMessage[] =>
      mock.calls().flatMap((call): QueuedMessage[] => {
        if (call.args[0] instanceof ChangeMessageVisibilityBatchCommand) return [];
        const { input } = call.args[0] as { input: unknown };
        const { Entries } = input as SendMessageBatchCommandInput;
        if (Entries) return Entries.map(({ MessageBody }) => ({ body: parsed(MessageBody) }));
        const { MessageBody, DelaySeconds } = input as {
          MessageBody?: string;
          DelaySeconds?: number;
        };
        return [
          {
            body: parsed(MessageBody),
            ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }),
          },
        ];
      }),
  });
};

const parsed = (body: string | undefined): unknown => JSON.parse(body ?? 'null');
