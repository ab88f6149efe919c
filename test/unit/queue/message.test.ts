import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CANCELLATION_REASONS } from '../../../lib/domain/order.ts';
import { readMessage } from '../../../lib/queue/message.ts';
import { unicodeText } from '../../support/any-text.ts';

const read = (body: unknown) => readMessage(typeof body === 'string' ? body : JSON.stringify(body));

/** The request in a message, or the paths of its errors. */
const request = (body: unknown): unknown => {
  const message = read(body);
  if ('request' in message) return message.request;
  return 'issues' in message ? message.issues.map(({ path }) => path.join('.')) : message;
};

describe('A message', () => {
  test('needs an order id and nothing else', () => {
    expect(request({ orderId: 'o1' })).toEqual({ orderId: 'o1' });
    expect(request({})).toEqual(['orderId']);
  });

  test.each(CANCELLATION_REASONS)('may have the reason %s', (reason) => {
    expect(request({ orderId: 'o1', reason })).toEqual({ orderId: 'o1', reason });
  });

  test.each([true, false])('may have the restock %s', (restock) => {
    expect(request({ orderId: 'o1', restock })).toEqual({ orderId: 'o1', restock });
  });

  test.each(['false', 0, []])('may not have the restock %j', (restock) => {
    expect(request({ orderId: 'o1', restock })).toEqual(['restock']);
  });

  test.each([
    '2026-03-01T08:00:00.000Z',
    '2026-03-01T08:00:00Z',
    '2026-03-01T08:00:00.000000Z',
    '2026-03-01T08:00:00+00:00',
    '2026-03-01T13:30:00.000+05:30',
  ])('may have the creation time of its order in any spelling: %s', (orderCreatedAt) => {
    expect(request({ orderId: 'o1', orderCreatedAt })).toEqual({
      orderId: 'o1',
      orderCreatedAt: '2026-03-01T08:00:00.000Z',
    });
  });

  test('may have the creation time of an imported order of long ago', () => {
    const orderCreatedAt = '1970-01-01T00:00:00.000Z';

    expect(request({ orderId: 'o1', orderCreatedAt })).toEqual({ orderId: 'o1', orderCreatedAt });
  });

  test.each([null, '', ' '])('without a creation time of its order, %j, means any', (none) => {
    expect(request({ orderId: 'o1', orderCreatedAt: none })).toEqual({ orderId: 'o1' });
  });

  test.each([
    0,
    ['2026'],
    'yesterday',
    '2026-03-01',
    '2026-03-01T08:00:00',
    '2026-02-30T08:00:00Z',
  ])('may not have the creation time %j', (orderCreatedAt) => {
    expect(request({ orderId: 'o1', orderCreatedAt })).toEqual(['orderCreatedAt']);
  });

  test('may name the round in which its sender saw the order', () => {
    expect(request({ orderId: 'o1', orderRound: 2 })).toEqual({ orderId: 'o1', orderRound: 2 });
    expect(request({ orderId: 'o1', orderRound: null })).toEqual({ orderId: 'o1' });
  });

  test.each([0, 1.5, '1'])('may not name the round %j', (orderRound) => {
    expect(request({ orderId: 'o1', orderRound })).toEqual(['orderRound']);
  });

  test('tells when SNS got it, if SNS says so', () => {
    const envelope = { Type: 'Notification', Message: '{"orderId":"o1"}' };
    const read = { request: { orderId: 'o1' } };

    expect(readMessage(JSON.stringify({ ...envelope, Timestamp: '2026-03-02T08:30:00Z' }))).toEqual(
      { ...read, publishedAt: '2026-03-02T08:30:00.000Z' },
    );
    expect(readMessage(JSON.stringify({ ...envelope, Timestamp: 'today' }))).toEqual(read);
    expect(readMessage(JSON.stringify(envelope))).toEqual(read);
  });

  test('may carry on a call-off, in an SNS envelope or not', () => {
    const message = { callOff: 'b1', traceId: 7 };

    expect(request(message)).toEqual({ callOff: 'b1' });
    expect(request({ Type: 'Notification', Message: JSON.stringify(message) })).toEqual({
      callOff: 'b1',
    });
  });

  test.each([{ callOff: '..' }, { callOff: 7 }, { callOff: null }])(
    'may not carry on the call-off in %j',
    (message) => {
      expect(request(message)).toEqual(['orderId']);
    },
  );

  test('that names an order is about this order, whatever else it contains', () => {
    expect(request({ orderId: 'o1', callOff: 'b1' })).toEqual({ orderId: 'o1' });
    expect(request({ orderId: '..', callOff: 'b1' })).toEqual(['orderId']);
  });

  test('may be in an SNS envelope', () => {
    const Message = '\ufeff{"orderId":"o1","reason":"fraud"}';

    expect(request({ Type: 'Notification', MessageId: 'x', Message })).toEqual({
      orderId: 'o1',
      reason: 'fraud',
    });
  });

  test.each([
    ['another type', { Type: 'SubscriptionConfirmation', Message: '{"orderId":"o1"}' }],
    ['no JSON', { Type: 'Notification', Message: 'cancel o1' }],
    ['an object for text', { Type: 'Notification', Message: { orderId: 'o1' } }],
    [
      'another envelope in it',
      { Type: 'Notification', Message: '{"Type":"Notification","Message":"{}"}' },
    ],
  ])('may not be in an SNS envelope with %s', (_, body) => {
    expect(request(body)).toEqual([expect.stringMatching(/^(orderId)?$/)]);
  });

  test('that has an order id is not read as an envelope', () => {
    expect(request({ orderId: 'o1', Type: 'Notification', Message: '{"orderId":"o2"}' })).toEqual({
      orderId: 'o1',
    });
  });

  test('has its note trimmed', () => {
    expect(request({ orderId: 'o1', note: ' by telephone ' })).toEqual({
      orderId: 'o1',
      note: 'by telephone',
    });
  });

  test.each([
    ['null', { reason: null, note: null, restock: null, onlyIf: null, items: null }],
    ['a note of blanks', { note: ' \t\r\n ' }],
    ['words of blanks', { reason: '', onlyIf: ' ', idempotencyKey: '' }],
    ['that it is no dry run', { dryRun: false }],
    ['fields of other programs', { traceparent: '00-4bf9-00', source: { shop: 1 } }],
  ])('ignores %s', (_, more) => {
    expect(request({ orderId: 'o1', ...more })).toEqual({ orderId: 'o1' });
  });

  test('may begin with a byte-order mark', () => {
    expect(request('\ufeff{"orderId":"o1"}')).toEqual({ orderId: 'o1' });
  });

  test('ignores the fields of a prototype', () => {
    expect(request('{"orderId":"o1","__proto__":{"reason":"staff"}}')).toEqual({ orderId: 'o1' });
  });

  test.each(['', ' o1', 'o_1', '.', '..', 'x'.repeat(65), true, null, {}, ['o1']])(
    'may not have the order id %j',
    (orderId) => {
      expect(request({ orderId })).toEqual(['orderId']);
    },
  );

  test('may have any safe natural number as its order id', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(request({ orderId: number })).toEqual({ orderId: String(number) });
      }),
    );
  });

  test.each(['1.5', '-1', '9007199254740992', '1e400', '1e-7'])(
    'may not have the number %s as its order id',
    (number) => {
      expect(request(`{"orderId":${number}}`)).toEqual(['orderId']);
    },
  );

  const items = [{ productId: 'mug', quantity: 1 }];

  test('may cancel a part of its order, once for its key', () => {
    const part = { orderId: 'o1', items, idempotencyKey: 'k1' };

    expect(request(part)).toEqual(part);
    expect(request({ ...part, idempotencyKey: '"k1"' })).toEqual(part);
    expect(request({ ...part, idempotencyKey: 'a/b' })).toEqual({
      ...part,
      idempotencyKey: expect.stringMatching(/^[a-z2-7]{26}$/),
    });
  });

  test('may have more in a line than it needs', () => {
    const line = { productId: 'mug', quantity: 1, price: '4.00' };

    expect(request({ orderId: 'o1', items: [line], idempotencyKey: 'k1' })).toMatchObject({
      items: [{ productId: 'mug', quantity: 1 }],
    });
    expect(request({ orderId: 'o1', items: [line], idempotencyKey: 'k1' })).not.toMatchObject({
      items: [line],
    });
  });

  test.each([[[]], ['all'], [{}], [[{ productId: 'mug' }]]])(
    'with the items %j is refused, and does not cancel the whole order',
    (wrong) => {
      expect(request({ orderId: 'o1', items: wrong, idempotencyKey: 'k1' })).toEqual([
        expect.stringMatching(/^items/),
      ]);
    },
  );

  test.each<[object, string]>([
    [{ items }, 'idempotencyKey'],
    [{ items, idempotencyKey: null }, 'idempotencyKey'],
    [{ items, idempotencyKey: ' ' }, 'idempotencyKey'],
    [{ items, idempotencyKey: 'two words' }, 'idempotencyKey'],
    [{ items, idempotencyKey: 'k1', graceSeconds: 60 }, 'graceSeconds'],
    [{ onlyIf: 'confirmed' }, 'onlyIf'],
    [{ graceSeconds: -1 }, 'graceSeconds'],
    [{ dryRun: true }, 'dryRun'],
  ])('with %j is refused', (fields, path) => {
    expect(request({ orderId: 'o1', ...fields })).toEqual([path]);
  });

  test('may ask for a grace, and for an order that nobody has confirmed', () => {
    const asked = { orderId: 'o1', graceSeconds: 60, onlyIf: 'pending' };

    expect(request(asked)).toEqual(asked);
  });

  test('of any text is read, or refused with 1 to 3 issues that do not repeat the text', () => {
    fc.assert(
      fc.property(fc.oneof(unicodeText, fc.json()), (body) => {
        const message = read(body);
        if (!('issues' in message)) return;

        expect(message.issues.length).toBeGreaterThan(0);
        expect(message.issues.length).toBeLessThanOrEqual(3);
        for (const issue of message.issues) {
          expect(issue).toEqual({ path: expect.any(Array), code: expect.any(String) });
        }
      }),
    );
  });
});
