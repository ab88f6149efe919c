/** What callers of a shop learn from its answers, so that later requests can name it. */
import type { Operation } from '../../lib/http/operation.ts';

/** A list that has another page. */
export type NextPage = {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly cursor: string;
};

/** An order that the shop has shown. */
export type KnownOrder = { readonly id: string; readonly productIds: readonly string[] };

/** Of each kind, the latest of these many are remembered. */
const REMEMBERED = 20;

export type Memory = ReturnType<typeof createMemory>;

export const createMemory = () => {
  const names = new Map<string, string[]>();
  const pages = new Map<Operation, NextPage[]>();
  const orders = new Map<string, KnownOrder[]>();
  const learn = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void => {
    map.set(key, [value, ...(map.get(key) ?? [])].slice(0, REMEMBERED));
  };
  const recall = <Value>(known: readonly Value[] = [], number: number): Value | undefined =>
    known[number % known.length];
  return {
    /** `kind` is the name of the parameter that takes the name, as in `orderId`. */
    learnName: (kind: string, name: string): void => learn(names, kind, name),
    learnPage: (page: NextPage): void => learn(pages, page.operation, page),
    /** `status` is what the order was when it was shown. */
    learnOrder: (status: string, order: KnownOrder): void => learn(orders, status, order),
    order: (status: string, number: number): KnownOrder | undefined =>
      recall(orders.get(status), number),
    name: (kind: string, number: number): string | undefined => recall(names.get(kind), number),
    page: (operation: Operation, number: number): NextPage | undefined =>
      recall(pages.get(operation), number),
  };
};
