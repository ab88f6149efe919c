/** What we use of SQS, by name: whoever loads this module at run time does not bundle the rest. */
export { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
