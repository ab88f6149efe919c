import { describe, expect, test } from '@jest/globals';
import { type ServerlessConfiguration, toInfrastructure } from '../../local/infrastructure.ts';

const SHIP = { name: 'shop-local-ship', handler: 'functions/ship.handler' };

const printed = (changes: Partial<ServerlessConfiguration> = {}): ServerlessConfiguration => ({
  custom: { esbuild: { outputFileExtension: '.mjs' } },
  provider: { environment: { ORDERS_TABLE: 'shop-local-orders', SHARDS: 8 } },
  functions: {
    'get-order': {
      name: 'shop-local-get-order',
      handler: 'functions/get-order.handler',
      events: [{}],
    },
    'cancel-orders': {
      name: 'shop-local-cancel-orders',
      handler: 'functions/cancel-orders.handler',
      events: [
        {
          sqs: {
            arn: { 'Fn::GetAtt': ['CancellationsQueue', 'Arn'] },
            batchSize: 1000,
            maximumBatchingWindow: 1,
            maximumConcurrency: 2,
            functionResponseType: 'ReportBatchItemFailures',
          },
        },
      ],
    },
  },
  resources: {
    Resources: {
      OrdersTable: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'shop-local-orders',
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        },
      },
      CancellationsQueue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'shop-local-cancellations',
          VisibilityTimeout: 360,
          SqsManagedSseEnabled: true,
          RedrivePolicy: {
            deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
            maxReceiveCount: 5,
          },
        },
      },
      DeadLetterQueue: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: 'shop-local-dead-letter' },
      },
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Dimensions: [{ 'Fn::Sub': 'of no interest here' }] },
      },
    },
  },
  ...changes,
});

describe('npm start', () => {
  test('gives a table the stream that serverless.yml describes', () => {
    const { resources, ...rest } = printed();
    const { OrdersTable, ...others } = resources.Resources;
    const Properties = {
      ...OrdersTable?.Properties,
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    };
    const Resources = { ...others, OrdersTable: { Type: 'AWS::DynamoDB::Table', Properties } };

    expect(toInfrastructure({ ...rest, resources: { Resources } }).tables).toEqual([
      expect.objectContaining({
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    ]);
  });

  test('connects the stream of a table with its function', () => {
    const arn = { 'Fn::GetAtt': ['OrdersTable', 'StreamArn'] };
    const functions = {
      ship: {
        ...SHIP,
        events: [
          {
            stream: {
              arn,
              batchSize: 7,
              functionResponseType: 'ReportBatchItemFailures',
              bisectBatchOnFunctionError: true,
              maximumRetryAttempts: 3,
              maximumRecordAgeInSeconds: 60,
              destinations: {
                onFailure: { arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
              },
            },
          },
          { stream: { arn } },
          { stream: { arn, enabled: false } },
        ],
      },
    };
    const source = { functionName: 'shop-local-ship', table: 'shop-local-orders' };

    expect(toInfrastructure(printed({ functions })).streamSources).toEqual([
      {
        ...source,
        batchSize: 7,
        reportsBatchItemFailures: true,
        retries: { halves: true, maximumRetries: 3, maximumAge: 60 },
        failureQueueArn: 'arn:aws:sqs:us-east-1:000000000000:shop-local-dead-letter',
      },
      {
        ...source,
        batchSize: 100,
        reportsBatchItemFailures: false,
        retries: { halves: false, maximumRetries: -1, maximumAge: -1 },
      },
    ]);
  });

  test('creates the tables of serverless.yml, without the properties that only AWS knows', () => {
    expect(toInfrastructure(printed()).tables).toEqual([
      {
        TableName: 'shop-local-orders',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    ]);
  });

  test('creates the queues, the dead-letter queue first, with attributes as strings', () => {
    expect(toInfrastructure(printed()).queues).toEqual([
      {
        name: 'shop-local-dead-letter',
        arn: 'arn:aws:sqs:us-east-1:000000000000:shop-local-dead-letter',
        attributes: {},
      },
      {
        name: 'shop-local-cancellations',
        arn: 'arn:aws:sqs:us-east-1:000000000000:shop-local-cancellations',
        attributes: {
          VisibilityTimeout: '360',
          SqsManagedSseEnabled: 'true',
          RedrivePolicy:
            '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:shop-local-dead-letter","maxReceiveCount":5}',
        },
      },
    ]);
  });

  test('connects each queue with its function', () => {
    expect(toInfrastructure(printed()).eventSources).toEqual([
      {
        functionName: 'shop-local-cancel-orders',
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:shop-local-cancellations',
        batchSize: 1000,
        maximumBatchingWindow: 1,
        maximumConcurrency: 2,
        reportsBatchItemFailures: true,
      },
    ]);
  });

  test('uses the defaults of AWS for an event source that names only its queue', () => {
    const arn = 'arn:aws:sqs:us-east-1:000000000000:shop-local-cancellations';
    const functions = { ship: { ...SHIP, events: [{ sqs: arn }] } };

    expect(toInfrastructure(printed({ functions })).eventSources).toEqual([
      {
        functionName: 'shop-local-ship',
        queueArn: arn,
        batchSize: 10,
        maximumBatchingWindow: 0,
        maximumConcurrency: 5,
        reportsBatchItemFailures: false,
      },
    ]);
  });

  test('does not poll an event source that is switched off', () => {
    const functions = {
      ship: { ...SHIP, events: [{ sqs: { arn: 'arn:x', enabled: false } }] },
    };

    expect(toInfrastructure(printed({ functions })).eventSources).toEqual([]);
  });

  test('gives functions their environment, without the values that only CloudFormation knows', () => {
    const provider = {
      environment: { ORDERS_TABLE: 'orders', SHARDS: 8, QUEUE_URL: { Ref: 'CancellationsQueue' } },
    };

    expect(toInfrastructure(printed({ provider })).environment).toEqual({
      ORDERS_TABLE: 'orders',
      SHARDS: '8',
    });
  });
});
