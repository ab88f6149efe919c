import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import type { Decision, Step } from '../../../lib/domain/release.ts';
import { Progress } from '../../../lib/group-commit/progress.ts';
import { anOrder, NOW } from '../../support/builders.ts';

const broken = new Error('Nobody foresaw this order');

const version = (number: number, differences: Partial<Order> = {}): Order =>
  anOrder('o1', { mug: 1 }, { version: number, ...differences });

const stepTo = (order: Order, decisive = false): Step => ({
  type: 'step',
  decisive,
  order,
  releases: [],
});

const settled: Decision<string> = { type: 'settled' };
const rejected: Decision<string> = { type: 'rejected', why: 'It is shipped' };

/** A task about version 1 of an order, for which each decision is the same. */
const deciding = (decision: Decision<string>) =>
  new Progress<string>({ order: version(1), decide: () => decision });

describe('A task', () => {
  test('is decided about its order at the given time', () => {
    const asked: unknown[] = [];
    const step = stepTo(version(2));
    const progress = new Progress<string>({
      order: version(1),
      decide: (...about) => {
        asked.push(...about);
        return step;
      },
    });

    expect(progress.nextStep(NOW)).toBe(step);
    expect(asked).toEqual([version(1), NOW]);
    expect(progress.isOpen).toBe(true);
  });

  test('names its call in the step that decides, and not in one that only catches up', () => {
    const stepBy = (decisive: boolean) =>
      new Progress<string>({
        order: version(1),
        by: { actor: 'queue', correlationId: 'c1' },
        decide: () => stepTo(version(2), decisive),
      }).nextStep(NOW);

    expect(stepBy(true)?.order).toEqual(version(2, { correlationId: 'c1' }));
    expect(stepBy(false)?.order).toEqual(version(2));
  });

  test.each([
    ['settled', settled],
    ['rejected', rejected],
  ])('is not decided again once it is %s', (_, decision) => {
    let decisions = 0;
    const progress = new Progress<string>({
      order: version(1),
      decide: () => {
        decisions += 1;
        return decision;
      },
    });

    expect([progress.nextStep(NOW), progress.nextStep(NOW)]).toEqual([undefined, undefined]);
    expect([decisions, progress.isOpen]).toEqual([1, false]);
  });
});

describe('The result of a task', () => {
  test('is unfinished, with the drift of its steps so far, until it has ended', () => {
    const progress = deciding(stepTo(version(2)));
    progress.recordStep(stepTo(version(2), true), 'w1', 3);
    progress.recordStep(stepTo(version(3)), 'w2', 4);

    expect(progress.result()).toEqual({ type: 'unfinished', drift: 7 });
  });

  test('is settled by somebody else if no step of this run was decisive', () => {
    const progress = deciding(settled);
    progress.recordStep(stepTo(version(2)), 'w1', 0);
    progress.nextStep(NOW);

    const order = version(2, { writeId: 'w1' });
    expect(progress.result()).toEqual({ type: 'settled', here: false, order, drift: 0 });
  });

  test('stays settled here after a decisive step, even if later decisions reject the order', () => {
    const progress = deciding(rejected);
    progress.recordStep(stepTo(version(2), true), 'w1', 1);
    progress.recordStep(stepTo(version(3)), 'w2', 0);
    progress.nextStep(NOW);

    const order = version(3, { writeId: 'w2' });
    expect(progress.result()).toEqual({ type: 'settled', here: true, order, drift: 1 });
  });

  test('is rejected, with the reason and the order, if no step was decisive', () => {
    const progress = deciding(rejected);
    progress.nextStep(NOW);

    expect(progress.result()).toEqual({ ...rejected, order: version(1), drift: 0 });
  });

  test('is not_found, with nothing but the drift, when the order is gone', () => {
    const progress = deciding(settled);
    progress.recordStep(stepTo(version(2)), 'w1', 2);
    progress.replaceOrder(undefined);

    expect(progress.isOpen).toBe(false);
    expect(progress.result()).toEqual({ type: 'not_found', drift: 2 });
  });

  test('is failed, with the error, even after a decisive step', () => {
    const progress = deciding(settled);
    progress.recordStep(stepTo(version(2), true), 'w1', 2);
    progress.fail(broken);

    expect(progress.result()).toEqual({ type: 'failed', error: broken, drift: 2 });
  });

  test('is failed if deciding throws', () => {
    const progress = new Progress<string>({
      order: version(1),
      decide: () => {
        throw broken;
      },
    });

    expect(progress.nextStep(NOW)).toBeUndefined();
    expect(progress.result()).toEqual({ type: 'failed', error: broken, drift: 0 });
  });
});

describe('The known order of a task', () => {
  test('is the one that its latest step wrote, with the write id', () => {
    const progress = deciding(settled);

    progress.recordStep(stepTo(version(2)), 'w1', 0);

    expect(progress.order).toEqual(version(2, { writeId: 'w1' }));
  });

  test.each([
    ['newer', 3],
    ['the same', 2],
  ])('stays as it was found if that is %s when the outcome of a step becomes known', (_, found) => {
    const progress = deciding(settled);
    progress.replaceOrder(version(found, { status: 'confirmed' }));

    progress.recordStep(stepTo(version(2)), 'w1', 0);

    expect(progress.order).toEqual(version(found, { status: 'confirmed' }));
  });

  test('stays the new order that has taken the id when a step of the old one becomes known', () => {
    const progress = deciding(settled);
    progress.replaceOrder(version(1, { createdAt: NOW }));

    progress.recordStep(stepTo(version(2)), 'w1', 0);

    expect(progress.order).toEqual(version(1, { createdAt: NOW }));
  });

  test('is replaced by another order with its id before the decisive step, and not after it', () => {
    const another = version(1, { createdAt: NOW });
    const [before, after] = [deciding(settled), deciding(settled)];
    after.recordStep(stepTo(version(2), true), 'w1', 0);

    before.replaceOrder(another);
    after.replaceOrder(another);

    expect([before.order, before.isOpen]).toEqual([another, true]);
    expect([after.order.version, after.isOpen]).toEqual([2, false]);
  });
});
