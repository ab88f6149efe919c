/** Replaces every SQS client, and records the messages that were sent. */
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
    /** Accepts every message. */
    takesAll: (): void => {
      mock.on(SendMessageCommand).resolves({});
      mock.on(SendMessageBatchCommand).resolves({});
      mock.on(ChangeMessageVisibilityBatchCommand).resolves({});
    },
    /** The delay in seconds after which received messages come back, by receipt handle. */
    returned: (): Record<string, number> =>
      Object.fromEntries(
        mock
          .commandCalls(ChangeMessageVisibilityBatchCommand)
          .flatMap((call) => call.args[0].input.Entries ?? [])
          .map(({ ReceiptHandle, VisibilityTimeout }) => [ReceiptHandle, VisibilityTimeout]),
      ),
    /** The messages that were sent, accepted or not, in order. */
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
