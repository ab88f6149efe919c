/** What the tables really held, at every moment: the number of commits is the clock. */
import type { Written as Change, Row } from '../support/fake-dynamodb.ts';
import type { Commit } from './database.ts';

/** How many commits there had been. */
export type Moment = number;

/** One write of a commit, and the process whose commit it was; the setting has none. */
export type Written = Change & { readonly at: Moment; readonly by: string | undefined };

export type Truth = ReturnType<typeof createTruth>;

export const keyOf = ({ id, referenceId, entry }: Row): string =>
  id === undefined ? `${referenceId} ${entry}` : String(id);

export const createTruth = () => {
  const byKey = new Map<string, Written[]>();
  const keysOf = new Map<string, Set<string>>();
  const committedBy = new Map<string, Moment[]>();
  const entriesOf = new Map<string, Set<string>>();
  let moment: Moment = 0;

  const write = (written: Change, by: string | undefined): void => {
    const { table, before, after } = written;
    const row = after ?? before;
    if (!row) return;
    const key = `${table} ${keyOf(row)}`;
    keysOf.set(table, (keysOf.get(table) ?? new Set()).add(keyOf(row)));
    const deed = { table, before, after, at: moment, by };
    const deeds = byKey.get(key);
    if (deeds) deeds.push(deed);
    else byKey.set(key, [deed]);
    if (table === 'stock-movements') {
      const reference = String(row.referenceId);
      const entries = entriesOf.get(reference) ?? new Set();
      entriesOf.set(reference, entries.add(key));
    }
  };

  const rowOf = (key: string, at: Moment): Row | undefined =>
    byKey.get(key)?.findLast((deed) => deed.at <= at)?.after;

  /** What there was of a row in this time, one after the other; undefined where there was none. */
  const rowsOf = (key: string, from: Moment, to: Moment): (Row | undefined)[] => {
    const all = byKey.get(key) ?? [];
    const first = all.findLastIndex(({ at }) => at <= from);
    const rest = all.slice(Math.max(first, 0)).filter(({ at }) => at <= to);
    return [...(first === -1 ? [undefined] : []), ...rest.map(({ after }) => after)];
  };

  return {
    now: (): Moment => moment,
    /** What the shop begins with. */
    begin: (written: readonly Change[]): void => {
      for (const one of written) write(one, undefined);
    },
    commit: ({ by, writes }: Commit): void => {
      moment += 1;
      committedBy.set(by.id, [...(committedBy.get(by.id) ?? []), moment]);
      for (const one of writes) write(one, by.id);
    },
    /** Whether a process has written anything in this time. */
    hasCommitted: (id: string, from: Moment, to: Moment): boolean =>
      (committedBy.get(id) ?? []).some((at) => at >= from && at <= to),
    /** The keys of all rows that a table has ever had. */
    keys: (table: string): string[] => [...(keysOf.get(table) ?? [])],
    /** A row as it was then; undefined where there was none. */
    row: (table: string, key: string, at: Moment = moment): Row | undefined =>
      rowOf(`${table} ${key}`, at),
    rows: (table: string, key: string, from: Moment, to: Moment = moment): (Row | undefined)[] =>
      rowsOf(`${table} ${key}`, from, to),
    /** The movements of a cause that were recorded in this time, also those deleted since. */
    recorded: (referenceId: string, from: Moment, to: Moment): Row[] =>
      [...(entriesOf.get(referenceId) ?? [])].flatMap((key) =>
        (byKey.get(key) ?? []).flatMap(({ at, before, after }) =>
          !before && after && at >= from && at <= to ? [after] : [],
        ),
      ),
    /** All that was written to a row in this time. */
    deeds: (
      table: string,
      key: string,
      from: Moment = 0,
      to: Moment = moment,
    ): readonly Written[] =>
      (byKey.get(`${table} ${key}`) ?? []).filter(({ at }) => at >= from && at <= to),
    /** The movements of a cause, then. */
    movements: (referenceId: string, at: Moment = moment): Row[] =>
      [...(entriesOf.get(referenceId) ?? [])].flatMap((key) => {
        const row = rowOf(key, at);
        return row ? [row] : [];
      }),
    /** The moments of a time at which a row was another one than before, and the first moment. */
    moments: (from: Moment, to: Moment): Moment[] =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
  };
};
