import { describe, expect, test } from '@jest/globals';
import { readBatchResponse } from '../../local/batch-response.ts';

const MESSAGES = ['m1', 'm2', 'm3'];

const failed = (payload: string, functionError?: string, reportsBatchItemFailures = true) => [
  ...readBatchResponse(MESSAGES, { payload, functionError }, reportsBatchItemFailures).failed,
];

const failures = (...items: unknown[]) => JSON.stringify({ batchItemFailures: items });

describe('Which messages Lambda takes for failed', () => {
  test.each([
    ['an empty list', failures()],
    ['no list', '{"batchItemFailures":null}'],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['nothing at all', ''],
    ['an answer about something else', '{"statusCode":200}'],
  ])('none, on %s', (_, payload) => {
    expect(failed(payload)).toEqual([]);
  });

  test('those that are named, and no other', () => {
    expect(failed(failures({ itemIdentifier: 'm3' }, { itemIdentifier: 'm1' }))).toEqual([
      'm3',
      'm1',
    ]);
  });

  test('one that is named twice fails once', () => {
    expect(failed(failures({ itemIdentifier: 'm2' }, { itemIdentifier: 'm2' }))).toEqual(['m2']);
  });

  test.each([
    ['an unknown message', failures({ itemIdentifier: 'm1' }, { itemIdentifier: 'm9' })],
    ['an empty identifier', failures({ itemIdentifier: '' })],
    ['a null identifier', failures({ itemIdentifier: null })],
    ['a misspelt key', failures({ itemIdentifer: 'm1' })],
    ['a bare string', failures('m1')],
    ['no list where one should be', '{"batchItemFailures":"m1"}'],
    ['a string', '"done"'],
    ['a list', '[]'],
    ['what is not JSON', '{"batchItemFailures":['],
  ])('all, on %s', (_, payload) => {
    expect(failed(payload)).toEqual(MESSAGES);
  });

  test('all, when the function threw, whatever its answer looks like', () => {
    expect(failed(failures(), 'Unhandled')).toEqual(MESSAGES);
  });

  test('the reason is what the function threw', () => {
    const payload = '{"errorMessage":"no table","errorType":"Error"}';
    const answer = { payload, functionError: 'Unhandled' };

    expect(readBatchResponse(MESSAGES, answer, true).reason).toBe('no table');
  });

  test('none, on any answer to an event source that does not ask for failures', () => {
    expect(failed(failures({ itemIdentifier: 'm1' }), undefined, false)).toEqual([]);
    expect(failed('not JSON', undefined, false)).toEqual([]);
    expect(failed('', 'Unhandled', false)).toEqual(MESSAGES);
  });
});
