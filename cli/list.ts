/** Lists of the API, from one page or many. */
import type { Argv } from 'yargs';
import type { Operation } from '../lib/http/operation.ts';
import type { Request } from './api.ts';
import { wholeNumberFrom } from './arguments.ts';
import type { Page } from './resources.ts';
import type { CommonOptions, Session } from './session.ts';

const PAGE = 100;
const USUAL_LIMIT = 25;
const LARGEST_LIMIT = 1_000_000;

export type ListOptions = {
  readonly limit: string;
  readonly all: boolean;
  readonly cursor: string | undefined;
};

export const withListOptions = <Options extends CommonOptions>(parser: Argv<Options>) =>
  parser
    .option('limit', {
      type: 'string',
      default: String(USUAL_LIMIT),
      defaultDescription: String(USUAL_LIMIT),
      describe: 'The most that are listed',
    })
    .option('all', { type: 'boolean', default: false, describe: 'List all' })
    .option('cursor', {
      type: 'string',
      describe: 'Begin where a list ended: the nextCursor of --json',
    });

/**
 * Reads a list, page by page, as far as it was asked for.
 *
 * @throws Failure when the limit is no number
 */
export const readList = async <Item>(
  operation: Operation,
  request: Request,
  { limit, all, cursor }: ListOptions,
  { api }: Pick<Session, 'api'>,
): Promise<Page<Item>> => {
  const most = all
    ? Number.POSITIVE_INFINITY
    : wholeNumberFrom(limit, '--limit', { from: 1, to: LARGEST_LIMIT });
  const items: Item[] = [];
  let next = cursor;
  do {
    const query = { ...request.query, limit: Math.min(PAGE, most - items.length), cursor: next };
    const { body } = await api.call<Page<Item>>(operation, { ...request, query });
    items.push(...body.items);
    next = body.nextCursor;
  } while (next !== undefined && items.length < most);
  return { items, ...(next !== undefined && { nextCursor: next }) };
};

/** The text of a list; says when there are none, and when there are more. */
export const listText = <Item>(
  { items, nextCursor }: Page<Item>,
  { noun, render }: { readonly noun: string; readonly render: (items: readonly Item[]) => string },
): string => {
  if (items.length === 0) return `No ${noun}s.`;
  const more = nextCursor === undefined ? '' : '\n\nThere are more: see --limit and --all.';
  return `${render(items)}${more}`;
};
