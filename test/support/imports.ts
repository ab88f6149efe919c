/** Imports into a shop on any DynamoDB. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import { importShop, type Source } from '../../lib/import/import-shop.ts';
import type { ImportPorts } from '../../lib/import/ports.ts';
import { railsShop } from '../../lib/import/rails/import-rails.ts';
import type { ImportReport } from '../../lib/import/report.ts';
import type { Runtime } from '../../lib/runtime.ts';
import { auditPorts } from './audits.ts';
import type { Shop } from './shop.ts';

export type Importing = Partial<Pick<ImportPorts, 'isApplied' | 'shop' | 'remaining'>> & {
  readonly expiresAt?: string;
  readonly statuses?: Parameters<typeof railsShop>[1]['statuses'];
  readonly shippedGoods?: 'auto' | 'counted' | 'left';
};

/** Imports a source into the shop behind this client; it is written, unless `isApplied` is false. */
export const importsInto =
  (shop: Pick<Shop, 'tables' | 'store'>, client: DynamoDBDocumentClient, runtime: Runtime) =>
  (
    source: Source,
    { shippedGoods = 'auto', ...differences }: Importing = {},
  ): Promise<ImportReport> =>
    withTemporaryFolder((folder) =>
      importShop(
        source,
        { shippedGoods },
        {
          ...auditPorts(shop, client, folder, runtime),
          onProgress: undefined,
          shop: shop.store,
          isApplied: true,
          ...differences,
        },
      ),
    );

/** An export of the Rails tables. */
export const railsExport = (folder: string, options: Importing = {}): Source =>
  railsShop(folder, { statuses: options.statuses ?? {}, expiresAt: options.expiresAt });

/** Rows without what differs from one run to another: who wrote them, and when. */
export const comparable = (rows: readonly Item[]): string[] =>
  rows
    .map(({ writeId: _, importedAt: __, updatedAt: ___, ...row }) => JSON.stringify(sorted(row)))
    .sort();

/** An engine may return the attributes of a map in any sequence. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
};
