/** When the command line stops waiting for tables that do not answer. */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, jest, test } from '@jest/globals';
import { createPatience } from '../../../cli/audit/patience.ts';
import { watchAnswers } from '../../../cli/aws/watch-answers.ts';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { NOW, TABLES } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import {
  cancelledFor,
  connectionRefused,
  type Fault,
  internalServerError,
  noFault,
  refusedWith,
} from '../../support/faults.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const open = () => {
  let time = Date.parse(NOW);
  const patience = createPatience({ now: () => new Date(time) });
  return { ...patience, pass: (milliseconds: number) => (time += milliseconds) };
};

test('The first answer may take ten seconds, and every later one two minutes', () => {
  const { remaining, asked, answered, pass } = open();
  asked();
  pass(4 * SECOND);
  expect(remaining()).toBe(6 * SECOND);

  answered();
  asked();
  pass(119 * SECOND);
  expect(remaining()).toBe(1 * SECOND);
  pass(2 * SECOND);
  expect(remaining()).toBe(0);
});

test('The command may compute for as long as it likes between two requests', () => {
  const { remaining, asked, answered, pass } = open();
  asked();
  answered();
  pass(HOUR);

  expect(remaining()).toBe(120 * SECOND);
});

test('Asking again does not begin the wait again', () => {
  const { remaining, asked, answered, pass } = open();
  asked();
  answered();
  asked();
  pass(100 * SECOND);
  asked();

  expect(remaining()).toBe(20 * SECOND);
});

/** Sends a transaction that meets this fault, and tells what the watch has reported. */
const reportedOf = async (fault: Fault) => {
  const { wire } = openShop();
  const client = createClient({ ...wire.config, maxAttempts: 1 });
  const asked = jest.fn();
  const answered = jest.fn();
  watchAnswers(client, { asked, answered });
  wire.next('TransactWriteItems', fault);
  const check = {
    TableName: TABLES.products,
    Key: { id: 'mug' },
    ConditionExpression: 'attribute_not_exists(deletedAt)',
  };
  const request = new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }] });
  await client.send(request).catch(() => {});
  return { asked: asked.mock.calls.length, answered: answered.mock.calls.length };
};

test.each<[string, Fault]>([
  ['a success', noFault],
  ['a failed condition', cancelledFor('ConditionalCheckFailed')],
  ['a request that may not be sent', refusedWith('AccessDeniedException', 400)],
])('DynamoDB has answered with %s', async (_, fault) => {
  expect(await reportedOf(fault)).toEqual({ asked: 1, answered: 1 });
});

test.each<[string, Fault]>([
  ['a refused connection', connectionRefused],
  ['an error of the server', internalServerError],
  ['throttling', refusedWith('ThrottlingException', 400)],
  ['a throttled transaction', cancelledFor('ThrottlingError')],
  ['a conflict', cancelledFor('TransactionConflict')],
  ['a transaction that is in progress', refusedWith('TransactionInProgressException', 400)],
])('%s is no answer', async (_, fault) => {
  expect(await reportedOf(fault)).toEqual({ asked: 1, answered: 0 });
});
