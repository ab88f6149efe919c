import { describe, expect, test } from '@jest/globals';
import type { Change, Refusal } from '../../../lib/domain/change.ts';
import { applyCommit, learn, movementKey, noFacts } from '../../../lib/group-commit/facts.ts';
import { aMovement, anOrder, aProduct, NOW } from '../../support/builders.ts';

const order = anOrder('o1', { mug: 2 });

const moveMugs = (found?: ReturnType<typeof aProduct>): Refusal => ({
  type: 'move-stock',
  productId: 'mug',
  stockDelta: 0,
  reservedDelta: -2,
  movements: 1,
  at: NOW,
  ...(found && { found }),
});

describe('Facts learned from refusals', () => {
  test('an order is known as the refusal found it', () => {
    const found = anOrder('o1', { mug: 1 }, { version: 7 });

    const orders = learn(noFacts(), [{ type: 'update-order', order, found }]);

    expect(orders).toEqual(new Map([['o1', found]]));
  });

  test('an order that was not found is known to be missing', () => {
    const orders = learn(noFacts(), [{ type: 'update-order', order }]);

    expect([...orders]).toEqual([['o1', undefined]]);
  });

  test('a short product is known with the counters that were found', () => {
    const facts = noFacts();
    const found = aProduct('mug', { reserved: 1 });

    learn(facts, [moveMugs(found)]);

    expect(facts.products).toEqual(new Map([['mug', found]]));
  });

  test('a product that was not found is known to be deleted, whatever was known before', () => {
    const facts = noFacts();

    learn(facts, [moveMugs(aProduct('mug', { reserved: 1 }))]);
    learn(facts, [moveMugs()]);

    expect(facts.products.has('mug')).toBe(true);
    expect(facts.products.get('mug')).toBeUndefined();
  });

  test('a product that should be deleted but exists is known as it was found', () => {
    const facts = noFacts();
    const found = aProduct('mug', { reserved: 4 });

    learn(facts, [moveMugs()]);
    learn(facts, [{ type: 'require-no-product', productId: 'mug', found }]);

    expect(facts.products).toEqual(new Map([['mug', found]]));
  });

  test('a movement that exists already is known by its key', () => {
    const facts = noFacts();
    const movement = aMovement();
    const found = aMovement({ quantity: 9 });

    learn(facts, [{ type: 'record-movement', movement, found }]);

    expect(facts.recorded).toEqual(new Map([[movementKey(movement), found]]));
  });

  test('a movement that was not found is not known as recorded', () => {
    const facts = noFacts();

    learn(facts, [{ type: 'record-movement', movement: aMovement() }]);

    expect(facts.recorded).toEqual(new Map());
  });

  test('a required movement that was found with other contents replaces the known one', () => {
    const facts = noFacts();
    const movement = aMovement();
    const later = aMovement({ createdAt: NOW });

    learn(facts, [{ type: 'record-movement', movement, found: movement }]);
    learn(facts, [{ type: 'require-movement', movement, found: later }]);

    expect(facts.recorded).toEqual(new Map([[movementKey(movement), later]]));
  });

  test('a required movement that was not found is forgotten', () => {
    const facts = noFacts();
    const movement = aMovement();

    learn(facts, [{ type: 'record-movement', movement, found: movement }]);
    learn(facts, [{ type: 'require-movement', movement }]);

    expect(facts.recorded).toEqual(new Map());
  });

  test('refusals of changes that only other use cases make are ignored', () => {
    const facts = noFacts();

    const orders = learn(facts, [
      { type: 'create-order', order, found: order },
      { type: 'require-order', order, found: order },
      { type: 'delete-order', order, found: order },
      { type: 'create-product', product: aProduct('mug'), found: aProduct('mug') },
      { type: 'retire-product', productId: 'mug', at: NOW, found: aProduct('mug') },
      { type: 'uncount-movements', productId: 'mug', movements: 1, found: aProduct('mug') },
      { type: 'delete-product', productId: 'mug', at: NOW },
      { type: 'delete-movement', movement: aMovement() },
      { type: 'record-batch', batch: { id: 'b1', orderIds: [], createdAt: NOW, expiresAt: 0 } },
    ]);

    expect(facts).toEqual(noFacts());
    expect(orders.size).toBe(0);
  });
});

/** A change that moves this many units. */
const moved = (productId: string, stockDelta: number, reservedDelta: number): Change => ({
  type: 'move-stock',
  productId,
  stockDelta,
  reservedDelta,
  movements: 1,
  at: NOW,
});

describe('Facts after a commit', () => {
  test('the counters of a known product change by the moved units', () => {
    const facts = noFacts();
    learn(facts, [moveMugs(aProduct('mug', { stock: 9, reserved: 5 }))]);

    applyCommit(facts, [moved('mug', -1, -2), moved('mug', 3, 0)]);

    expect(facts.products.get('mug')).toEqual(aProduct('mug', { stock: 11, reserved: 3 }));
  });

  test('unknown and deleted products stay as they were', () => {
    const facts = noFacts();
    learn(facts, [moveMugs()]);

    applyCommit(facts, [{ type: 'update-order', order }, moved('mug', 0, -2), moved('cup', 0, -2)]);

    expect([...facts.products]).toEqual([['mug', undefined]]);
  });
});
