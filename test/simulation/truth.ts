/** What the tables really held, at every moment: the number of commits is the clock. */
import type { Row, Written } from '../support/fake-dynamodb.ts';
import type { Commit } from './database.ts';

/** How many commits there had been. */
export type Moment = number;

type Version = { readonly since: Moment; readonly row: Row | undefined };

/** One write of a commit, and the process whose commit it was; the setting has none. */
export type Deed = Written & { readonly at: Moment; readonly by: string | undefined };

export type Truth = ReturnType<typeof createTruth>;

export const keyOf = ({ id, referenceId, entry }: Row): string =>
  id === undefined ? `${referenceId} ${entry}` : String(id);

export const createTruth = () => {
  const versions = new Map<string, Version[]>();
  const byKey = new Map<string, Deed[]>();
  const entriesOf = new Map<string, Set<string>>();
  let moment: Moment = 0;

  const write = (written: Written, by: string | undefined): void => {
    const { table, after, before } = written;
    const row = after ?? before;
    if (!row) return;
    const key = `${table} ${keyOf(row)}`;
    const known = versions.get(key);
    if (known) known.push({ since: moment, row: after });
    else versions.set(key, [{ since: moment, row: after }]);
    const deeds = byKey.get(key);
    if (deeds) deeds.push({ ...written, at: moment, by });
    else byKey.set(key, [{ ...written, at: moment, by }]);
    if (table === 'stock-movements') {
      const reference = String(row.referenceId);
      const entries = entriesOf.get(reference) ?? new Set();
      entriesOf.set(reference, entries.add(key));
    }
  };

  const rowOf = (key: string, at: Moment): Row | undefined =>
    versions.get(key)?.findLast(({ since }) => since <= at)?.row;

  return {
    now: (): Moment => moment,
    /** What the shop begins with. */
    begin: (written: readonly Written[]): void => {
      for (const one of written) write(one, undefined);
    },
    commit: ({ by, writes }: Commit): void => {
      moment += 1;
      for (const one of writes) write(one, by.id);
    },
    /** A row as it was then; undefined where there was none. */
    row: (table: string, key: string, at: Moment = moment): Row | undefined =>
      rowOf(`${table} ${key}`, at),
    /** The movements of a cause that were recorded in this time, also those deleted since. */
    recorded: (referenceId: string, from: Moment, to: Moment): Row[] =>
      [...(entriesOf.get(referenceId) ?? [])].flatMap((key) =>
        (byKey.get(key) ?? []).flatMap(({ at, before, after }) =>
          !before && after && at >= from && at <= to ? [after] : [],
        ),
      ),
    /** All that was written to a row in this time. */
    deeds: (table: string, key: string, from: Moment = 0, to: Moment = moment): readonly Deed[] =>
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
