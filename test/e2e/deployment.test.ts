import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  PACKAGING_MS,
  packageService,
  type Resource,
  type Template,
} from '../support/cloudformation.ts';
import { named, type Statement, statementsOf } from '../support/packaged-functions.ts';

let template: Template;

beforeAll(async () => {
  template = await packageService();
}, PACKAGING_MS);

const ofType = (type: string): [logicalId: string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

const functions = () => ofType('AWS::Lambda::Function');

const resource = (logicalId: string): Resource => {
  const found = template.Resources[logicalId];
  if (!found) throw new Error(`The template has no ${logicalId}`);
  return found;
};

const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat();

describe('Tables', () => {
  test.each([
    [
      'OrdersTable',
      'orders',
      ['HASH id'],
      {
        byStatus: ['HASH statusShard', 'RANGE statusSince'],
        byDue: ['HASH dueShard', 'RANGE dueAt'],
      },
    ],
    ['ProductsTable', 'products', ['HASH id'], {}],
    [
      'StockMovementsTable',
      'stock-movements',
      ['HASH referenceId', 'RANGE entry'],
      { byProduct: ['HASH productShard', 'RANGE createdAt'] },
    ],
  ])('%s has the keys and indexes that the queries need', (logicalId, name, key, indexes) => {
    type KeySchema = { AttributeName: string; KeyType: string }[];
    const keysOf = (schema: KeySchema) => schema.map((k) => `${k.KeyType} ${k.AttributeName}`);
    const { Properties } = resource(logicalId);

    expect(Properties.TableName).toBe(`countermand-local-${name}`);
    expect(keysOf(Properties.KeySchema)).toEqual(key);
    expect(
      Object.fromEntries(
        (Properties.GlobalSecondaryIndexes ?? []).map(
          (index: { IndexName: string; KeySchema: KeySchema }) => [
            index.IndexName,
            keysOf(index.KeySchema),
          ],
        ),
      ),
    ).toEqual(indexes);
  });

  test('are billed per request, can be restored to any second, and stay when the stack is deleted', () => {
    const tables = ofType('AWS::DynamoDB::Table');
    // Batches of cancellations are no data of the shop: DynamoDB deletes them after a week. Nor is
    // the turn to write.
    const others = ['CancellationBatchesTable', 'TurnsTable'];
    const shop = tables.filter(([logicalId]) => !others.includes(logicalId));

    expect(shop).toHaveLength(3);
    for (const [logicalId, { Properties, ...policies }] of shop) {
      expect([logicalId, policies, Properties]).toEqual([
        logicalId,
        expect.objectContaining({
          DeletionPolicy: 'RetainExceptOnCreate',
          UpdateReplacePolicy: 'Retain',
        }),
        expect.objectContaining({
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ]);
    }
  });
});

describe('The cancellation queue', () => {
  test('moves a message to the dead-letter queue after fifteen receives, and keeps it there for two weeks', () => {
    const { Properties } = resource('CancellationsQueue');

    expect(Properties.RedrivePolicy.maxReceiveCount).toBe(15);
    expect(named(Properties.RedrivePolicy.deadLetterTargetArn)).toBe(
      'CancellationsDeadLetterQueue',
    );
    // SQS keeps no message longer. A dead letter's two weeks begin when it is sent, not when it dies.
    expect(resource('CancellationsDeadLetterQueue').Properties.MessageRetentionPeriod).toBe(
      14 * 24 * 60 * 60,
    );
    expect(Properties.MessageRetentionPeriod).toBe(4 * 24 * 60 * 60);
  });

  test('has a visibility timeout of six times the timeout of its function', () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    const { Timeout } = resource('CancelDashordersLambdaFunction').Properties;

    expect(resource('CancellationsQueue').Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * Timeout,
    );
  });

  test('has a sister for write-offs that is like it in everything but its name', () => {
    const { QueueName: _, ...properties } = resource('CancellationsQueue').Properties;

    expect(resource('WriteOffsQueue').Properties).toEqual({
      ...properties,
      QueueName: 'countermand-local-write-offs',
    });
  });

  test('has a function with room for the largest batch', () => {
    // bench/queue-memory.ts measures what that needs; docs/group-commit.md has the result.
    expect(resource('CancelDashordersLambdaFunction').Properties.MemorySize).toBe(1_769);
  });

  test('delivers up to 1,000 messages in a batch, and learns which of them failed', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => resource(named(Properties.EventSourceArn)).Type === 'AWS::SQS::Queue',
    );

    expect(mappings.map(([, { Properties }]) => named(Properties.EventSourceArn))).toEqual([
      'CancellationsQueue',
      'WriteOffsQueue',
    ]);
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({
        FunctionName: { 'Fn::GetAtt': ['CancelDashordersLambdaFunction', 'Arn'] },
        BatchSize: 1_000,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    }
  });
});

describe('The streams of orders and products', () => {
  test('are read by one function, several batches at once, but the changes of a row in one', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.EventSourceArn['Fn::GetAtt'][1] === 'StreamArn',
    );

    expect(mappings.map(([, { Properties }]) => named(Properties.EventSourceArn))).toEqual([
      'OrdersTable',
      'ProductsTable',
    ]);
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({
        FunctionName: { 'Fn::GetAtt': ['PublishDasheventsLambdaFunction', 'Arn'] },
        BatchSize: 100,
        ParallelizationFactor: 4,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': ['UnpublishedEventsQueue', 'Arn'] } },
        },
      });
    }
  });

  test('lead to one bus, to which no other function may send', () => {
    expect(ofType('AWS::Events::EventBus').map(([, { Properties }]) => Properties)).toEqual([
      { Name: 'countermand-local-events' },
    ]);
    const senders = ofType('AWS::IAM::Role').filter(([, role]) =>
      statementsOf(role).flatMap(actionsOf).includes('events:PutEvents'),
    );

    expect(senders.map(([role]) => role)).toEqual([expect.stringMatching(/^PublishDashevents/)]);
  });
});

describe('Functions', () => {
  test('run on arm64 and Node 24, each with its own archive, log retention and role', () => {
    expect(functions().length).toBeGreaterThanOrEqual(9);
    for (const [logicalId, { Properties }] of functions()) {
      expect([logicalId, Properties.Runtime, Properties.Architectures]).toEqual([
        logicalId,
        'nodejs24.x',
        ['arm64'],
      ]);
    }
    const roles = functions().map(([, { Properties }]) => named(Properties.Role));
    expect(new Set(roles).size).toBe(functions().length);
    expect(template.Resources).not.toHaveProperty('IamRoleLambdaExecution');
    for (const role of roles) expect(resource(role).Type).toBe('AWS::IAM::Role');
    expect(template.archives).toHaveLength(functions().length);
    for (const [logicalId, { Properties }] of ofType('AWS::Logs::LogGroup')) {
      expect([logicalId, Properties.RetentionInDays]).toEqual([logicalId, expect.any(Number)]);
    }
  });

  test('have a timeout within that of API Gateway, and the names of all tables', () => {
    const routed = new Set(
      ofType('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) =>
        named(Properties.IntegrationUri),
      ),
    );
    expect(routed.size).toBeGreaterThanOrEqual(8);
    for (const [logicalId, { Properties }] of functions()) {
      if (routed.has(logicalId)) expect(Properties.Timeout).toBeLessThanOrEqual(30);
      expect(Properties.Environment.Variables).toMatchObject({
        ORDERS_TABLE: 'countermand-local-orders',
        PRODUCTS_TABLE: 'countermand-local-products',
        STOCK_MOVEMENTS_TABLE: 'countermand-local-stock-movements',
      });
    }
  });
});

describe('Roles', () => {
  test('let only one function receive messages from the queues', () => {
    for (const [logicalId, { Properties }] of functions()) {
      const actions = statementsOf(resource(named(Properties.Role))).flatMap(actionsOf);
      expect([logicalId, actions.includes('sqs:DeleteMessage')]).toEqual([
        logicalId,
        logicalId === 'CancelDashordersLambdaFunction',
      ]);
    }
  });

  /** The roles of those who read whole tables. */
  const SCANNERS = /^(ListDashproducts|AuditDashshop)Iam/;
  const WRITES = /^dynamodb:(PutItem|UpdateItem|DeleteItem|ConditionCheckItem)$/;
  const READS = /^dynamodb:(GetItem|BatchGetItem|Query)$/;
  /** The role that Lambda reads the streams with. */
  const READS_STREAMS = /^PublishDasheventsIam/;
  const OF_STREAMS = /^dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams)$/;

  const allStatements = (): [role: string, statement: Statement][] =>
    ofType('AWS::IAM::Role').flatMap(([role, definition]) =>
      statementsOf(definition).map((statement): [string, Statement] => [role, statement]),
    );

  test('allow writes only inside a transaction, so no code can move stock without a movement', () => {
    const writing = allStatements().filter(([, statement]) =>
      actionsOf(statement).some((action) => WRITES.test(action)),
    );

    expect(writing.length).toBeGreaterThan(0);
    for (const [role, { Condition }] of writing) {
      expect([role, Condition]).toEqual([
        role,
        {
          'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
        },
      ]);
    }
  });

  test('name each action and each table: no wildcard, no batch write, and a scan only to list products and to audit', () => {
    const ofDynamoDB = allStatements().filter(([, statement]) =>
      actionsOf(statement).some((action) => action === '*' || action.startsWith('dynamodb:')),
    );

    for (const [role, statement] of ofDynamoDB) {
      for (const action of actionsOf(statement)) {
        if (SCANNERS.test(role) && action === 'dynamodb:Scan') continue;
        if (READS_STREAMS.test(role) && OF_STREAMS.test(action)) continue;
        expect([role, action]).toEqual([
          role,
          expect.stringMatching(new RegExp(`${WRITES.source}|${READS.source}`)),
        ]);
      }
      for (const target of [statement.Resource].flat()) {
        expect([role, JSON.stringify(target)]).toEqual([
          role,
          expect.stringMatching(
            /(Orders|Products|StockMovements|CancellationBatches|Turns)Table[^*]*$/,
          ),
        ]);
      }
    }
  });

  test('allow no write to functions that only read', () => {
    for (const [logicalId, { Properties }] of functions()) {
      if (!/^(Get|List)Dash/.test(logicalId)) continue;
      const actions = statementsOf(resource(named(Properties.Role))).flatMap(actionsOf);
      expect(actions.filter((action) => WRITES.test(action))).toEqual([]);
    }
  });

  test('let nobody but the queue function take turns', () => {
    const onTurns = allStatements().filter(([, statement]) =>
      JSON.stringify(statement.Resource).includes('"TurnsTable"'),
    );

    expect(onTurns.map(([role, statement]) => [role, actionsOf(statement)])).toEqual([
      [expect.stringMatching(/^CancelDashorders/), ['dynamodb:PutItem']],
    ]);
  });

  test('never allow the change of a movement', () => {
    const onLedger = allStatements().filter(([, statement]) =>
      JSON.stringify(statement.Resource).includes('"StockMovementsTable"'),
    );
    for (const [role, statement] of onLedger) {
      expect([role, actionsOf(statement).filter((a) => /Update/.test(a))]).toEqual([role, []]);
    }
  });
});

describe('The HTTP API', () => {
  test('requires authentication for all routes but GET /health', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

    expect(routes.length).toBeGreaterThanOrEqual(8);
    for (const { RouteKey, AuthorizationType } of routes) {
      const open = /^GET \/(health|docs|docs\/scalar\.js|openapi\.json)?$/.test(RouteKey);
      expect([RouteKey, AuthorizationType ?? 'NONE']).toEqual([
        RouteKey,
        open ? 'NONE' : 'AWS_IAM',
      ]);
    }
  });

  test('has one catch-all route, which only refuses requests', () => {
    const integrations = ofType('AWS::ApiGatewayV2::Route')
      .map(([, { Properties }]) => Properties)
      .filter(({ RouteKey }) => /\$default|ANY|\+\}/.test(RouteKey))
      .map(({ RouteKey, Target }) => [RouteKey, JSON.stringify(Target)]);

    expect(integrations).toEqual([
      ['$default', expect.stringContaining('RefuseDashunknownDashroute')],
    ]);
  });

  test('limits the rate of requests', () => {
    const [[, stage] = []] = ofType('AWS::ApiGatewayV2::Stage');

    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingBurstLimit: expect.any(Number),
      ThrottlingRateLimit: expect.any(Number),
    });
  });
});
