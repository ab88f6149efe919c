/** What we use of SQS, by name: whoever loads this module at run time does not bundle the rest. */
export {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
