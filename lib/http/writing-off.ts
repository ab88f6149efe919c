import type { Written } from '../observability/writes.ts';
import { Problem } from './problem.ts';
import type { Request } from './read-request.ts';
import type { Scope } from './scopes.ts';

const WRITES_OFF: Scope = 'countermand/stock';

type Cancellation = Pick<Request, 'scopes' | 'report'> & {
  readonly body: { readonly restock?: boolean | undefined };
};

/**
 * A cancellation that writes goods off takes them out of the stock, so its token needs the scope for
 * changing stock, too.
 *
 * @param named what the call is about, for the log
 * @throws Problem `forbidden`
 */
export const requireScopeToWriteOff = (
  { body, scopes, report }: Cancellation,
  named: Omit<Written, 'outcome'>,
): void => {
  if (body.restock !== false || !scopes || scopes.includes(WRITES_OFF)) return;
  report({ ...named, outcome: 'forbidden' });
  throw new Problem('forbidden', `To write goods off (restock: false) takes ${WRITES_OFF}, too`);
};
