import type { Violation } from '../domain/laws/violation.ts';

/** A violation, or a row that could not be read at all. */
export type Finding = Violation | (Omit<Violation, 'law'> & { readonly law: 'damaged' });

/** Something that looked wrong, and could not be looked at again because it would not stand still. */
export type Unproven = { readonly of: 'product' | 'order'; readonly subject: string };

/**
 * What an audit found.
 *
 * - `findings`: proven at a moment at which nothing was in flight. At most `MOST_FINDINGS` of them;
 *   `more` counts the others.
 * - `unproven`: too busy to be looked at again. They say nothing; another audit may tell.
 * - `unfinished`: orders between two steps. Only those that the sweep does not find are findings.
 * - `isComplete`: false if the time was up before everything was compared.
 */
export type AuditReport = {
  readonly rows: { readonly products: number; readonly orders: number; readonly movements: number };
  readonly findings: readonly Finding[];
  readonly more: number;
  readonly unproven: readonly Unproven[];
  readonly unfinished: number;
  readonly isComplete: boolean;
};

/** More of them help nobody, and a shop that is all wrong must not use up the memory. */
export const MOST_FINDINGS = 10_000;

/** Collects what becomes a report. */
export const openReport = () => {
  const rows = { products: 0, orders: 0, movements: 0 };
  const findings: Finding[] = [];
  const unproven: Unproven[] = [];
  let more = 0;
  let unfinished = 0;
  return {
    count: (table: keyof typeof rows, read: number): number => {
      rows[table] += read;
      return rows[table];
    },
    add: (found: readonly Finding[]): void => {
      const room = Math.max(0, MOST_FINDINGS - findings.length);
      findings.push(...found.slice(0, room));
      more += Math.max(0, found.length - room);
    },
    addUnproven: (one: Unproven): void => {
      if (unproven.length < MOST_FINDINGS) unproven.push(one);
    },
    addUnfinished: (): void => {
      unfinished += 1;
    },
    close: (isComplete: boolean): AuditReport => ({
      rows,
      findings,
      more,
      unproven,
      unfinished,
      isComplete,
    }),
  };
};

export type OpenReport = ReturnType<typeof openReport>;
