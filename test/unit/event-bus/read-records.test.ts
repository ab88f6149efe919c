import { describe, expect, test } from '@jest/globals';
import { recordReader } from '../../../lib/event-bus/read-records.ts';
import { anOrder, aProduct, NOW, TABLES } from '../../support/builders.ts';
import { orderRecord, productRecord, sequenceNumber, streamRecord } from '../../support/streams.ts';

const read = recordReader({ ORDERS_TABLE: TABLES.orders, PRODUCTS_TABLE: TABLES.products });

const held = anOrder('o.1', { mug: 2 });

describe('A record of a stream', () => {
  test('of an order tells its event, and when it was committed', () => {
    const [record] = read([orderRecord({ after: held }, 7)]);

    expect(record).toMatchObject({
      sequenceNumber: sequenceNumber(7),
      aggregate: 'order.o.1',
      committedAt: Date.parse(NOW),
      event: { type: 'order.placed', id: 'order.o.1.1' },
    });
  });

  test('of a product has an id that is the same when the record comes again', () => {
    const record = productRecord(
      { before: aProduct('mug', { stock: 0 }), after: aProduct('mug') },
      3,
    );

    expect(read([record])).toEqual(read([record]));
    expect(read([record])[0]?.event?.id).toBe(`product.mug.${sequenceNumber(3)}`);
  });

  test('of a row that was deleted tells nothing, even if the row was damaged', () => {
    const damaged = { table: TABLES.orders, before: { id: 'o1', status: 'lost' } };

    for (const record of read([orderRecord({ before: held }), streamRecord(damaged, 0)])) {
      expect(record).not.toHaveProperty('event');
      expect(record).not.toHaveProperty('damage');
    }
  });

  test.each([
    ['is damaged', { before: undefined, after: { id: 'o1', status: 'lost' } }],
    ['was damaged', { before: { id: 'o1', version: 'first' }, after: { ...held } }],
  ])('of a row that %s says what is wrong with it, and not what is in it', (_, images) => {
    const [record] = read([streamRecord({ table: TABLES.orders, ...images }, 0)]);

    expect(record?.damage).toMatch(/^order o.1?.* is damaged: /);
    expect(record).not.toHaveProperty('event');
  });

  test('in a notation that is none of DynamoDB is damaged, too', () => {
    const record = orderRecord({ after: held });
    const image = { id: { X: 'o1' } } as never;

    const [found] = read([{ ...record, dynamodb: { ...record.dynamodb, NewImage: image } }]);

    expect(found?.damage).toEqual(expect.any(String));
  });

  test('of another table is a mistake of the deployment', () => {
    expect(() => read([streamRecord({ table: 'turns', after: { id: 'writing' } }, 0)])).toThrow(
      'another table',
    );
  });
});
