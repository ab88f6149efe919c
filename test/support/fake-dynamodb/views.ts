/** Rows by their key, in partitions, as a table or an index keeps them. */
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

type Late = { readonly visibleAt: number; readonly id: string; readonly row: Row | undefined };

/**
 * A view that lags: each write becomes visible after a time of its own, and the writes of one item
 * in their order.
 */
export const createFollower = (view: Changeable, now: () => number) => {
  /** In the order in which they become visible. */
  const late: Late[] = [];
  const catchUp = (): void => {
    while (late[0] && late[0].visibleAt <= now()) {
      const { id, row } = late.shift() as Late;
      view.set(id, row);
    }
  };
  return {
    write: (id: string, row: Row | undefined, lagMs: number): void => {
      catchUp();
      const before = late.findLast((one) => one.id === id);
      const visibleAt = Math.max(now() + lagMs, before?.visibleAt ?? 0);
      if (visibleAt <= now()) {
        view.set(id, row);
        return;
      }
      const at = late.findLastIndex((one) => one.visibleAt <= visibleAt) + 1;
      late.splice(at, 0, { visibleAt, id, row });
    },
    /** The rows that are visible now. */
    current: (): View => {
      catchUp();
      return view;
    },
  };
};
