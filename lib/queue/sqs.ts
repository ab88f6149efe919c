/** The used exports of the SQS client, by name, so that a bundle contains nothing else of it. */
export {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
