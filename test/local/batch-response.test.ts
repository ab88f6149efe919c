import { describe, expect, test } from '@jest/globals';
import { readBatchResponse } from '../../local/batch-response.ts';

const MESSAGES = ['m1', 'm2', 'm3'];

const failed = (payload: string, functionError?: string, reportsBatchItemFailures = true) => [
  ...readBatchResponse(MESSAGES, { payload, functionError }, reportsBatchItemFailures).failed,
];

const failures = (...items: unknown[]) => JSON.stringify({ batchItemFailures: items });

describe('The answer of a queue function', () => {
  test.each([
    ['an empty list', failures()],
    ['no list', '{"batchItemFailures":null}'],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['nothing at all', ''],
    ['an answer about something else', '{"statusCode":200}'],
  ])('fails no message if it is %s', (_, payload) => {
    expect(failed(payload)).toEqual([]);
  });

  test('fails the messages that it names, and no other', () => {
    expect(failed(failures({ itemIdentifier: 'm3' }, { itemIdentifier: 'm1' }))).toEqual([
      'm3',
      'm1',
    ]);
  });

  test('fails a message once if it names it twice', () => {
    expect(failed(failures({ itemIdentifier: 'm2' }, { itemIdentifier: 'm2' }))).toEqual(['m2']);
  });

  test.each([
    ['an unknown message', failures({ itemIdentifier: 'm1' }, { itemIdentifier: 'm9' })],
    ['an empty identifier', failures({ itemIdentifier: '' })],
    ['a null identifier', failures({ itemIdentifier: null })],
    ['a misspelt key', failures({ itemIdentifer: 'm1' })],
    ['a bare string', failures('m1')],
    ['a text in place of the list', '{"batchItemFailures":"m1"}'],
    ['a string', '"done"'],
    ['a list', '[]'],
    ['no JSON', '{"batchItemFailures":['],
  ])('fails all messages if it has %s', (_, payload) => {
    expect(failed(payload)).toEqual(MESSAGES);
  });

  test('fails all messages if the function threw, whatever it contains', () => {
    expect(failed(failures(), 'Unhandled')).toEqual(MESSAGES);
  });

  test('gives the error of the function as the reason', () => {
    const payload = '{"errorMessage":"no table","errorType":"Error"}';
    const answer = { payload, functionError: 'Unhandled' };

    expect(readBatchResponse(MESSAGES, answer, true).reason).toBe('no table');
  });

  test('fails no message if the event source does not ask for failures, unless the function threw', () => {
    expect(failed(failures({ itemIdentifier: 'm1' }), undefined, false)).toEqual([]);
    expect(failed('not JSON', undefined, false)).toEqual([]);
    expect(failed('', 'Unhandled', false)).toEqual(MESSAGES);
  });
});
