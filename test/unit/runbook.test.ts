/** Whoever is woken by an alarm finds its entry in docs/runbook.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { alarmsOf } from '../../deployment/alarms.ts';

const text = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const [, alarms = ''] = text.split(/^# (?:Alarms|Procedures)$/m);

/** The entries of a part, by heading. */
const entriesOf = (part: string): Record<string, string> =>
  Object.fromEntries(
    part
      .split(/^## /m)
      .slice(1)
      .map((entry) => {
        const [heading = '', ...lines] = entry.split('\n');
        return [heading, lines.join('\n')];
      }),
  );

describe('The runbook', () => {
  test('has an entry for every alarm, and for no other', () => {
    const kinds = alarmsOf('countermand-prod', [
      { name: 'sweep-orders', timeout: 60, isCalled: false },
    ]).map(({ kind }) => kind);

    expect(Object.keys(entriesOf(alarms)).sort()).toEqual([...new Set(kinds)].sort());
  });

  test.each(Object.entries(entriesOf(alarms)))(
    'says of %s what it means, how to look, and what to do',
    (_, entry) => {
      const [meaning = '', look = '', act = ''] = entry.split('```');

      expect(meaning.trim().length).toBeGreaterThan(40);
      expect(look).toMatch(/^\n(aws|npx|for) /);
      expect(act.trim().length).toBeGreaterThan(40);
    },
  );
});
