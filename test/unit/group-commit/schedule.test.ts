import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Schedule } from '../../../lib/group-commit/schedule.ts';

describe('A schedule', () => {
  test('starts groups in the order they are given', () => {
    const schedule = new Schedule([['mug'], ['cup'], ['pot']]);

    expect([schedule.start(), schedule.start(), schedule.start(), schedule.start()]).toEqual([
      0,
      1,
      2,
      undefined,
    ]);
  });

  test('lets no group start while another moves one of its products', () => {
    const schedule = new Schedule([
      ['mug', 'cup'],
      ['cup', 'pot'],
    ]);

    expect([schedule.start(), schedule.start()]).toEqual([0, undefined]);
    schedule.finish(0);
    expect(schedule.start()).toBe(1);
  });

  test('starts first what the most others wait for', () => {
    const schedule = new Schedule([['mug'], ['mug', 'cup'], ['cup'], ['pot']]);

    expect([schedule.start(), schedule.start(), schedule.start()]).toEqual([1, 3, undefined]);
    schedule.finish(1);
    expect([schedule.start(), schedule.start()]).toEqual([0, 2]);
  });

  test('lets the first that waits be overtaken eight times, and not once more', () => {
    const others = Array.from({ length: 20 }, () => ['mug', 'cup']);
    const schedule = new Schedule([['mug'], ...others]);

    const started = Array.from({ length: 10 }, () => {
      const group = schedule.start() as number;
      schedule.finish(group);
      return group;
    });

    expect(started).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 9]);
  });

  test('then keeps free what the first needs, and lets all others pass', () => {
    const others = Array.from({ length: 20 }, () => ['mug', 'cup']);
    const schedule = new Schedule([['mug', 'jug'], ...others, ['jug'], ['pot']]);
    for (let count = 0; count < 7; count += 1) schedule.finish(schedule.start() as number);
    const eighth = schedule.start() as number;

    // The first waits for the mugs. The jugs are there, but only for it.
    expect([schedule.start(), schedule.start()]).toEqual([22, undefined]);
    schedule.finish(eighth);
    expect(schedule.start()).toBe(0);
  });

  test('has groups that move nothing start at once', () => {
    const schedule = new Schedule([['mug'], ['mug'], [], []]);

    expect([schedule.start(), schedule.start(), schedule.start(), schedule.start()]).toEqual([
      0,
      2,
      3,
      undefined,
    ]);
  });

  test('of nothing has nothing to start', () => {
    expect(new Schedule([]).start()).toBeUndefined();
  });
});

describe('Whatever groups there are, and however long each takes', () => {
  const PRODUCTS = ['mug', 'cup', 'pot', 'jug', 'jar'];
  const someGroups = fc.array(fc.subarray(PRODUCTS), { maxLength: 40 });
  /** Says which of those in flight lands next. */
  const someLandings = fc.infiniteStream(fc.nat());

  const run = (
    groups: readonly string[][],
    landings: Iterator<number>,
    limit: number,
    watch: (flying: readonly number[], waiting: readonly number[]) => void,
  ): number[] => {
    const schedule = new Schedule(groups);
    const started: number[] = [];
    let flying: number[] = [];
    for (;;) {
      const group = flying.length < limit ? schedule.start() : undefined;
      if (group !== undefined) {
        started.push(group);
        flying.push(group);
        watch(
          flying,
          [...groups.keys()].filter((index) => !started.includes(index)),
        );
        continue;
      }
      if (flying.length === 0) return started;
      const lands = flying[(landings.next().value ?? 0) % flying.length] as number;
      flying = flying.filter((index) => index !== lands);
      schedule.finish(lands);
    }
  };

  test('each flies once', () => {
    fc.assert(
      fc.property(someGroups, someLandings, fc.integer({ min: 1, max: 8 }), (groups, at, limit) => {
        const started = run(groups, at, limit, () => undefined);

        expect(started.sort((a, b) => a - b)).toEqual([...groups.keys()]);
      }),
    );
  });

  test('no two that are in flight move the same product', () => {
    fc.assert(
      fc.property(someGroups, someLandings, fc.integer({ min: 1, max: 8 }), (groups, at, limit) => {
        run(groups, at, limit, (flying) => {
          const moved = flying.flatMap((group) => groups[group] ?? []);
          expect(new Set(moved).size).toBe(moved.length);
        });
      }),
    );
  });

  test('nobody who overtakes holds up the first that waits more than eight times', () => {
    fc.assert(
      fc.property(someGroups, someLandings, fc.integer({ min: 1, max: 8 }), (groups, at, limit) => {
        let before: number | undefined;
        let overtaken = 0;
        run(groups, at, limit, (flying, [first]) => {
          const started = flying.at(-1) as number;
          if (before !== undefined && started !== before) {
            overtaken += 1;
            const needs = groups[before] ?? [];
            const takesAway = (groups[started] ?? []).some((one) => needs.includes(one));
            expect(takesAway && overtaken > 8).toBe(false);
          }
          if (first !== before) overtaken = 0;
          before = first;
        });
      }),
    );
  });

  test('as long as any wait, one starts when all others have landed', () => {
    fc.assert(
      fc.property(someGroups, (groups) => {
        const schedule = new Schedule(groups);
        let left = groups.length;
        while (left > 0) {
          const flying: number[] = [];
          for (let next = schedule.start(); next !== undefined; next = schedule.start()) {
            flying.push(next);
          }
          expect(flying.length).toBeGreaterThan(0);
          left -= flying.length;
          for (const group of flying) schedule.finish(group);
        }
      }),
    );
  });
});
