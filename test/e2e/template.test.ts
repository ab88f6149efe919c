/** The templates that CloudFormation gets, checked before it gets them. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PACKAGING_MS, type Template, templateOf } from '../support/cloudformation.ts';
import { MISTAKES, MISTAKES_WITH_TOKENS, withMistake } from '../support/template/mistakes.ts';
import { brokenPromises, RULES, RULES_OF_PROD } from '../support/template/rules.ts';
import { STREAMS } from '../support/template/streams.ts';

describe('In the template of a stage that people rely on,', () => {
  let prod: Template;
  beforeAll(async () => {
    prod = await templateOf('prod');
  }, PACKAGING_MS);

  test.each(RULES_OF_PROD)('$promise', ({ violations }) => {
    expect(violations(prod)).toEqual([]);
  });

  test.each(MISTAKES)('$title is noticed', (mistake) => {
    expect(brokenPromises(withMistake(prod, mistake))).toContainEqual(
      expect.stringContaining(mistake.breaks),
    );
  });

  test('each promise has a mistake that breaks it', () => {
    const unbroken = RULES_OF_PROD.filter(
      ({ promise }) =>
        ![...MISTAKES, ...MISTAKES_WITH_TOKENS].some(({ breaks }) => promise.includes(breaks)),
    );

    expect(unbroken).toEqual([]);
  });
});

describe('In the template of a stage that takes tokens,', () => {
  let prod: Template;
  beforeAll(async () => {
    prod = await templateOf(
      'prod',
      'jwtIssuer=https://issuer.example.com/shop',
      'jwtAudience=web,warehouse',
    );
  }, PACKAGING_MS);

  test.each(RULES_OF_PROD)('$promise', ({ violations }) => {
    expect(violations(prod)).toEqual([]);
  });

  test.each(MISTAKES_WITH_TOKENS)('$title is noticed', (mistake) => {
    expect(brokenPromises(withMistake(prod, mistake))).toContainEqual(
      expect.stringContaining(mistake.breaks),
    );
  });

  test('the issuer and the audiences are those of the parameters', () => {
    expect(prod.Resources.HttpApiAuthorizerJwt?.Properties.JwtConfiguration).toEqual({
      Issuer: 'https://issuer.example.com/shop',
      Audience: ['web', 'warehouse'],
    });
  });
});

describe('In the template of a stage for development, with tracing,', () => {
  let dev: Template;
  beforeAll(async () => {
    dev = await templateOf(
      'dev',
      'tracing=true',
      'alarms=true',
      'alarmEmail=ops@example.com',
      'tablesWhenRemoved=Delete',
    );
  }, PACKAGING_MS);

  test.each(RULES)('$promise', ({ violations }) => {
    expect(violations(dev)).toEqual([]);
  });

  test('the tables are not protected, and go with the stack where that is wanted', () => {
    const { DeletionPolicy, Properties } = dev.Resources.OrdersTable ?? { Properties: {} };

    expect(DeletionPolicy).toBe('Delete');
    expect(Properties).toMatchObject({ DeletionProtectionEnabled: false });
  });

  test('every function is traced, and an address is told of alarms', () => {
    const functions = Object.values(dev.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );

    expect(functions.length).toBeGreaterThan(20);
    for (const { Properties } of functions) {
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
    }
    expect(dev.Resources.AlarmTopic?.Properties.Subscription).toEqual([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
  });
});

test(
  'A stage that tells nothing has no streams, so that a new deployment makes new ones',
  async () => {
    const template = await templateOf('prod', 'publishEvents=false');

    expect(RULES_OF_PROD.filter((rule) => rule.violations(template).length > 0)).toEqual(
      STREAMS.filter(({ promise }) => promise.startsWith('the streams of orders and products')),
    );
    expect(template.Resources.OrdersTable?.Properties.StreamSpecification).toEqual({
      Ref: 'AWS::NoValue',
    });
    expect(JSON.stringify(template)).not.toContain('StreamArn');
  },
  PACKAGING_MS,
);

test(
  'A stage may tell a topic that exists already',
  async () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:on-call';
    const { Resources } = await templateOf('prod', `alarmTopicArn=${topic}`);

    expect(Resources).not.toHaveProperty('AlarmTopic');
    expect(Resources.DeadLettersAlarm?.Properties).toMatchObject({
      AlarmActions: [topic],
      OKActions: [topic],
    });
  },
  PACKAGING_MS,
);
