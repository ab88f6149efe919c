import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Schedule } from '../../../lib/commit/schedule.ts';

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

  test('lets groups overtake the first that waits only where they need nothing of it', () => {
    const schedule = new Schedule([['mug'], ['mug', 'cup'], ['cup'], ['pot']]);

    expect(schedule.start()).toBe(0);
    // Group 1 waits for the mugs: the cups are kept free for it.
    expect(schedule.start()).toBe(3);
    expect(schedule.start()).toBeUndefined();
    schedule.finish(0);
    expect(schedule.start()).toBe(1);
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

  test('the first that waits is never held up by one that overtakes it', () => {
    fc.assert(
      fc.property(someGroups, someLandings, fc.integer({ min: 1, max: 8 }), (groups, at, limit) => {
        let before: number | undefined;
        run(groups, at, limit, (flying, [first]) => {
          const started = flying.at(-1) as number;
          if (before !== undefined && started !== before) {
            const needs = groups[before] ?? [];
            expect((groups[started] ?? []).filter((one) => needs.includes(one))).toEqual([]);
          }
          before = first;
        });
      }),
    );
  });

  test('the first that waits overtakes nobody, so it starts when what it waits for has landed', () => {
    fc.assert(
      fc.property(someGroups, (groups) => {
        const schedule = new Schedule(groups);
        const flying: number[] = [];
        for (let next = schedule.start(); next !== undefined; next = schedule.start()) {
          flying.push(next);
        }
        const first = [...groups.keys()].find((index) => !flying.includes(index));
        if (first === undefined) return;
        for (const group of flying) schedule.finish(group);

        expect(schedule.start()).toBe(first);
      }),
    );
  });
});
