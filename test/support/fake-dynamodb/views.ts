/** Rows by their key, in partitions, as a table or an index keeps them. */
import TinyQueue from 'tinyqueue';
import type { Row } from './values.ts';

export type View = {
  /** Every row by its id, which is the table's key. */
  readonly rows: ReadonlyMap<string, Row>;
  /** The rows that have this partition key. */
  readonly partition: (hash: unknown) => Row[];
};

type Changeable = View & { readonly set: (id: string, row: Row | undefined) => void };

/** @param hash the attribute that is the partition key */
export const createView = (hash: string): Changeable => {
  const rows = new Map<string, Row>();
  const partitions = new Map<unknown, Map<string, Row>>();
  return {
    rows,
    partition: (key) => [...(partitions.get(key)?.values() ?? [])],
    set: (id, row) => {
      const before = rows.get(id);
      if (before) partitions.get(before[hash])?.delete(id);
      if (row === undefined) {
        rows.delete(id);
        return;
      }
      rows.set(id, row);
      const partition = partitions.get(row[hash]) ?? new Map<string, Row>();
      partitions.set(row[hash], partition);
      partition.set(id, row);
    },
  };
};

type Late = {
  readonly visibleAt: number;
  /** Which write this is, of all: those that become visible together do so in their order. */
  readonly order: number;
  readonly id: string;
  readonly row: Row | undefined;
};

/**
 * A view that lags: each write becomes visible after a time of its own, and the writes of one item
 * in their order.
 */
export const createFollower = (view: Changeable, now: () => number) => {
  const late = new TinyQueue<Late>([], (a, b) => a.visibleAt - b.visibleAt || a.order - b.order);
  /** The last write of each item that is not visible yet. */
  const lastOf = new Map<string, Late>();
  let order = 0;
  const catchUp = (): void => {
    for (let first = late.peek(); first && first.visibleAt <= now(); first = late.peek()) {
      late.pop();
      view.set(first.id, first.row);
      if (lastOf.get(first.id) === first) lastOf.delete(first.id);
    }
  };
  return {
    write: (id: string, row: Row | undefined, lagMs: number): void => {
      catchUp();
      const visibleAt = Math.max(now() + lagMs, lastOf.get(id)?.visibleAt ?? 0);
      if (visibleAt <= now()) {
        view.set(id, row);
        return;
      }
      order += 1;
      const one = { visibleAt, order, id, row };
      late.push(one);
      lastOf.set(id, one);
    },
    /** The rows that are visible now. */
    current: (): View => {
      catchUp();
      return view;
    },
  };
};
