import { describe, expect, test } from '@jest/globals';
import { decideAmendment } from '../../../lib/domain/lifecycle.ts';
import { anOrder, EARLIER, NOW } from '../../support/builders.ts';

const TOMORROW = '2026-03-03T12:00:00.000Z';
const order = anOrder(
  'o1',
  { mug: 2 },
  { metadata: { channel: 'web', gift: 'yes' }, expiresAt: EARLIER },
);

describe('Amending an order', () => {
  test.each([
    ['its metadata, all of them', { metadata: { channel: 'shop' } }],
    ['its metadata by none', { metadata: {} }],
    ['its expiry', { expiresAt: TOMORROW }],
    ['both', { metadata: { channel: 'shop' }, expiresAt: TOMORROW }],
    ['one, while the other is as before', { metadata: order.metadata, expiresAt: TOMORROW }],
  ])('replaces %s, and changes nothing else', (_, amendment) => {
    expect(decideAmendment(order, amendment, NOW)).toStrictEqual({
      type: 'step',
      decisive: true,
      order: { ...order, ...amendment, version: 2, updatedAt: NOW },
      releases: [],
    });
  });

  test.each([
    ['nothing', {}],
    ['the same metadata in another sequence', { metadata: { gift: 'yes', channel: 'web' } }],
    ['the same expiry', { expiresAt: EARLIER }],
  ])('is settled if it names %s', (_, amendment) => {
    expect(decideAmendment(order, amendment, NOW)).toEqual({ type: 'settled' });
  });

  test('gives metadata and an expiry to an order that had none', () => {
    const amendment = { metadata: { channel: 'web' }, expiresAt: TOMORROW };

    expect(decideAmendment(anOrder('o1', { mug: 2 }), amendment, NOW)).toMatchObject({
      order: amendment,
    });
  });

  test('leaves an order without metadata and expiry without them', () => {
    const decision = decideAmendment(anOrder('o1', { mug: 2 }), { expiresAt: TOMORROW }, NOW);

    expect(decision).not.toHaveProperty('order.metadata');
    expect(
      decideAmendment(anOrder('o1', { mug: 2 }), { metadata: { channel: 'web' } }, NOW),
    ).not.toHaveProperty('order.expiresAt');
  });

  test('is refused while the order is being imported, even if it changes nothing', () => {
    expect(decideAmendment({ ...order, importing: true }, {}, NOW)).toEqual({
      type: 'rejected',
      why: 'being_imported',
    });
  });
});
