import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { checkSettings, type Service } from '../../local/deployed-settings.ts';
import { readConfiguration } from '../../local/infrastructure.ts';
import { PROJECT_FOLDER, serverlessCommand } from '../../local/serverless-command.ts';
import { configuration } from '../support/infrastructure.ts';

describe('What serverless.yml gives the functions', () => {
  test('makes sense', async () => {
    const service = await configuration();

    expect(() => checkSettings(service)).not.toThrow();
    expect(service.provider.environment).toHaveProperty('ORDER_STATUS_SHARDS');
  });

  test.each(['0', '1.5', '-8', 'eight', '1001', '', ' 8', '0x8', 1.5, null])(
    'is no number of shards: %j',
    (shards) => {
      for (const name of ['ORDER_STATUS_SHARDS', 'ORDER_DUE_SHARDS', 'PRODUCT_MOVEMENT_SHARDS']) {
        expect(() => checkSettings({ provider: { environment: { [name]: shards } } })).toThrow(
          name,
        );
      }
    },
  );

  test('may be a number without quotes, and anything where no number is wanted', () => {
    const environment = { ORDER_DUE_SHARDS: 4, QUEUE: { Ref: 'Queue' }, constructor: 'x' };

    expect(() => checkSettings({ provider: { environment } })).not.toThrow();
  });

  test('is checked for each function', () => {
    const functions = { 'place-order': { environment: { PENDING_ORDER_TTL_MINUTES: 'abc' } } };

    expect(() => checkSettings({ provider: {}, functions })).toThrow(
      'PENDING_ORDER_TTL_MINUTES must be a whole number from 0 to 525600, not "abc"',
    );
  });
});

test('A setting that is neither yes nor no is refused', () => {
  const environment = { PLAIN_QUEUE_WRITES_OFF: 'perhaps' };

  expect(() => checkSettings({ provider: { environment } })).toThrow(
    'PLAIN_QUEUE_WRITES_OFF must be true or false, not "perhaps"',
  );
});

test('A reason that no caller could give is refused', () => {
  const environment = { SHOP_REASONS: 'recall,Lost parcel' };

  expect(() => checkSettings({ provider: { environment } })).toThrow(
    'SHOP_REASONS must be words of 1 to 40',
  );
});

describe('What serverless.yml says of a stage', () => {
  const check = (deployment: Record<string, unknown>) =>
    checkSettings({ provider: {}, custom: { deployment } });

  test.each([
    ['stage', 'Prod', 'small letters, digits and hyphens, and begin with a letter'],
    ['stage', 'my_stage', 'small letters, digits and hyphens, and begin with a letter'],
    ['tablesWhenRemoved', 'Retain', 'RetainExceptOnCreate or Delete'],
    ['deletionProtection', 'on', 'true or false'],
    ['detailedMetrics', 1, 'true or false'],
    ['tracing', 'Active', 'true or false'],
    ['alarms', null, 'true or false'],
    ['alarmTopicArn', 'my-topic', 'the ARN of an SNS topic'],
    ['alarmTopicArn', 'arn:aws:sqs:eu-west-1:123456789012:queue', 'the ARN of an SNS topic'],
    ['alarmEmail', 'ops', 'an e-mail address'],
    ['jwtIssuer', 'http://issuer.example.com', 'an https URL'],
    ['jwtIssuer', 'issuer.example.com', 'an https URL'],
    ['jwtIssuer', 'https://', 'an https URL'],
    ['jwtAudience', 'web,', 'one or more audiences, separated by commas'],
  ])('may not be that %s is %j', (name, value, expected) => {
    expect(() => check({ [name]: value })).toThrow(`${name} must be ${expected}, not "${value}"`);
  });

  test.each([
    ['tracing', 'true'],
    ['tracing', false],
    ['alarmTopicArn', 'arn:aws-cn:sns:cn-north-1:123456789012:on-call'],
    ['alarmTopicArn', ''],
    ['alarmEmail', 'ops@example.com'],
  ])('may be that %s is %j', (name, value) => {
    expect(() => check({ [name]: value })).not.toThrow();
  });

  test.each([
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dEf', 'web'],
    ['https://issuer.example.com:8443/', 'web,warehouse'],
    ['', ''],
  ])('may be that tokens of %j are taken for %j', (jwtIssuer, jwtAudience) => {
    expect(() => check({ jwtIssuer, jwtAudience })).not.toThrow();
  });

  test('may be that alarms tell a topic of the same region, and of no other', () => {
    const deployment = { alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' };
    const inRegion = (region: string) => () =>
      checkSettings({ provider: { region }, custom: { deployment } });

    expect(inRegion('eu-west-1')).not.toThrow();
    expect(inRegion('us-east-1')).toThrow(
      'alarmTopicArn is in eu-west-1, and alarms only tell topics of their own region, us-east-1',
    );
  });

  test.each([
    { jwtIssuer: 'https://issuer.example.com' },
    { jwtIssuer: 'https://issuer.example.com', jwtAudience: '' },
    { jwtIssuer: '', jwtAudience: 'web' },
  ])('is not half of what tokens need: %j', (half) => {
    expect(() => check(half)).toThrow(
      'jwtIssuer and jwtAudience go together: set both, or neither for AWS IAM',
    );
  });

  test('is all checked', async () => {
    const { custom }: Service = await configuration();
    const settings = Object.keys(custom?.deployment ?? {});

    expect(settings).toContain('tracing');
    for (const name of settings) {
      expect(() => check({ [name]: 'no, thanks' })).toThrow(`${name} must be`);
    }
  });
});

describe('The name of a stage', () => {
  const stage = (name: string) =>
    checkSettings({
      provider: {},
      functions: { ship: { name: `countermand-${name}-ship-order` } },
      custom: {
        deployment: { stage: name },
        queues: { dead: `countermand-${name}-cancellations-dead-letter` },
      },
    });

  test.each([
    ['may be as long as the functions allow', 41],
    ['may be short', 1],
  ])('%s', (_, length) => {
    expect(() => stage('x'.repeat(length))).not.toThrow();
  });

  test('is refused if a function gets too long a name, and says by how much', () => {
    const name = 'x'.repeat(45);

    expect(() => stage(name)).toThrow(
      `The stage "${name}" is too long by 4 characters: AWS allows 64 for a function, and countermand-${name}-ship-order has 68`,
    );
  });
});

describe('A setting that makes no sense', () => {
  const env = { ...process.env, PENDING_ORDER_TTL_MINUTES: 'abc' };
  const why = 'PENDING_ORDER_TTL_MINUTES must be a whole number from 0 to 525600, not "abc".';

  test('ends a deployment before it makes anything', async () => {
    const [command, ...args] = serverlessCommand('deploy');

    const deployment = promisify(execFile)(command, args, { cwd: PROJECT_FOLDER, env });

    await expect(deployment).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(why),
    });
  });

  test('is told in one sentence by what reads serverless.yml for this machine', async () => {
    await expect(readConfiguration({ env })).rejects.toThrow(why);
  });
});
