import { describe, expect, test } from '@jest/globals';
import { resolveIntrinsics } from '../../local/intrinsics.ts';

const resources = {
  Orders: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders' } },
  Mail: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } },
  Nameless: { Type: 'AWS::SQS::Queue' },
};

const resolve = (value: unknown) =>
  resolveIntrinsics(value, resources, { region: 'eu-west-1', account: '123456789012' });

describe('An intrinsic function of CloudFormation', () => {
  test.each([
    ['a table', { Ref: 'Orders' }, 'orders'],
    ['the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['the account', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['a queue’s ARN', { 'Fn::GetAtt': ['Mail', 'Arn'] }, 'arn:aws:sqs:eu-west-1:123456789012:mail'],
    ['its dotted form', { 'Fn::GetAtt': 'Mail.Arn' }, 'arn:aws:sqs:eu-west-1:123456789012:mail'],
    ['a queue’s name', { 'Fn::GetAtt': ['Mail', 'QueueName'] }, 'mail'],
    [
      'a table’s ARN',
      { 'Fn::GetAtt': ['Orders', 'Arn'] },
      'arn:aws:dynamodb:eu-west-1:123456789012:table/orders',
    ],
    [
      'a table’s stream, by its table',
      { 'Fn::GetAtt': ['Orders', 'StreamArn'] },
      'arn:aws:dynamodb:eu-west-1:123456789012:table/orders',
    ],
  ])('is replaced by its value: %s', (_, intrinsic, value) => {
    expect(resolve(intrinsic)).toBe(value);
  });

  test('is replaced at any depth, and everything else stays as it is', () => {
    const value = { deep: [{ name: { Ref: 'Orders' } }, 5, null, true], Ref: 'not alone', x: {} };

    expect(resolve(value)).toEqual({
      deep: [{ name: 'orders' }, 5, null, true],
      Ref: 'not alone',
      x: {},
    });
  });

  test.each([
    ['a queue’s address', { Ref: 'Mail' }],
    ['an unknown resource', { Ref: 'Nothing' }],
    ['an unknown attribute', { 'Fn::GetAtt': ['Orders', 'Color'] }],
    ['a resource without a name', { 'Fn::GetAtt': ['Nameless', 'Arn'] }],
    ['an unknown function', { 'Fn::Select': [0, ['a']] }],
  ])('is refused if its value is not known: %s', (_, intrinsic) => {
    expect(() => resolve(intrinsic)).toThrow(/serverless\.yml/);
  });
});
