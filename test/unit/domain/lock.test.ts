import { describe, expect, test } from '@jest/globals';
import { decideLock, decideUnlock } from '../../../lib/domain/lifecycle.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { anOrder, EARLIER, NOW } from '../../support/builders.ts';
import { aSettledOrder } from '../../support/statuses.ts';

const order = anOrder('o1', { mug: 2 });
const lock = { by: 'jwt:anna', since: EARLIER };
const refused = { type: 'rejected', why: 'invalid_transition' };

describe('Taking an order in hand', () => {
  test('says who has it, for whom, since when and why', () => {
    const by = { actor: 'jwt:anna', actorStated: 'bob' };

    expect(decideLock(order, { by, reason: 'is being packed' }, NOW)).toStrictEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        lock: { by: 'jwt:anna', byStated: 'bob', since: NOW, reason: 'is being packed' },
        version: 2,
        updatedAt: NOW,
      },
      releases: [],
    });
  });

  test('says who has it if the caller acts for itself', () => {
    expect(decideLock(order, { by: { actor: 'local' } }, NOW)).toHaveProperty('order.lock', {
      by: 'local',
      since: NOW,
    });
  });

  test('says only since when if nobody told', () => {
    const decision = decideLock(order, {}, NOW);

    expect(decision.type === 'step' && decision.order.lock).toStrictEqual({ since: NOW });
  });

  test('leaves it to who has it in hand already', () => {
    expect(decideLock({ ...order, lock }, { by: { actor: 'jwt:eve' } }, NOW)).toEqual({
      type: 'settled',
    });
  });
});

describe('Letting go of an order', () => {
  test('takes the lock away and nothing else', () => {
    expect(decideUnlock({ ...order, lock }, NOW)).toStrictEqual({
      type: 'step',
      decisive: true,
      order: { ...order, version: 2, updatedAt: NOW },
      releases: [],
    });
  });

  test('that nobody has in hand is settled', () => {
    expect(decideUnlock(order, NOW)).toEqual({ type: 'settled' });
  });
});

describe('An order can be taken in hand and let go of', () => {
  test.each(ORDER_STATUSES)(
    'only while its goods are here and it is not cancelled: %s',
    (status) => {
      const isInHouse = status === 'pending' || status === 'confirmed';

      expect(decideLock(aSettledOrder(status), {}, NOW)).toMatchObject(
        isInHouse ? { type: 'step' } : refused,
      );
      expect(decideUnlock(aSettledOrder(status, { lock }), NOW)).toMatchObject(
        isInHouse ? { type: 'step' } : refused,
      );
    },
  );

  test.each(['placing', 'importing'] as const)('not while it is %s', (name) => {
    expect(decideLock({ ...order, [name]: true }, {}, NOW)).toEqual(refused);
    expect(decideUnlock({ ...order, lock, [name]: true }, NOW)).toEqual(refused);
  });
});
