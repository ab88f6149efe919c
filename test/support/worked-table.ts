/** A table of README whose rows are calls, with what they answer and what becomes of the stock. */
import { readFileSync } from 'node:fs';
import type { HttpCall } from './http.ts';

export type WorkedRow = {
  readonly call: {
    readonly method: Parameters<HttpCall>[0];
    readonly path: string;
    readonly body?: { readonly id?: string };
    /** The `Idempotency-Key`. */
    readonly key?: string;
  };
  /** `told` is the code of the problem, or the outcome. */
  readonly answer: { readonly status: number; readonly told: string | undefined };
  /** On hand, reserved, available. */
  readonly product: readonly number[];
  /** For example `pending 4 / 0 / 0 / 0`; empty where no order is in question. */
  readonly order: string;
};

const README = new URL('../../README.md', import.meta.url);

/** @param heading the line above the table */
export const readWorkedTable = (heading: string): WorkedRow[] => {
  const [, section = ''] = readFileSync(README, 'utf8').split(`\n${heading}\n`);
  const [text = ''] = section.split('\n## ');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const [, call = '', answer = '', onHand, reserved, available, order = ''] = cells;
      const [request = '', body, key] = partsOf(call);
      const [method, path = ''] = request.split(' ');
      return {
        call: {
          method: method as WorkedRow['call']['method'],
          path,
          ...(body !== undefined && { body: JSON.parse(body) }),
          ...(key !== undefined && { key }),
        },
        answer: { status: Number.parseInt(answer, 10), told: partsOf(answer)[0] },
        product: [onHand, reserved, available].map(Number),
        order,
      };
    });
};

/** What stands in backticks. */
const partsOf = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, part = '']) => part);
