import type { OpenTables } from '../../cli/audit/tables.ts';
import { watchAnswers } from '../../cli/aws/watch-answers.ts';
import { createAuditStore } from '../../lib/dynamodb/audit-store.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import type { FakeShop } from './fake-shop.ts';

/** The tables of this shop for a command line, with its clock. */
export const tablesOf =
  ({ wire, tables }: FakeShop): OpenTables =>
  async (_place, { runtime }, patience) => {
    const client = createClient({ ...wire.config, maxAttempts: 1 });
    watchAnswers(client, patience);
    return {
      store: createAuditStore(client, tables, runtime),
      shop: createStore(client, tables, runtime),
      close: () => {},
    };
  };
