/** When the command line stops waiting for tables that do not answer. */
import { expect, test } from '@jest/globals';
import { createPatience } from '../../../cli/audit/patience.ts';
import { NOW } from '../../support/builders.ts';

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
