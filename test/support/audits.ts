/** Audits of a shop on any DynamoDB. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { auditShop } from '../../lib/audit/audit-shop.ts';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { type RepairReport, repairShop } from '../../lib/audit/repair/repair-shop.ts';
import type { AuditReport } from '../../lib/audit/report.ts';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import { createAuditStore } from '../../lib/dynamodb/audit-store.ts';
import { createClient } from '../../lib/dynamodb/client.ts';
import type { FakeShop } from './fake-shop.ts';
import type { Shop } from './shop.ts';
import { unitRuntime } from './unit-runtime.ts';

/** More milliseconds than any audit of a test takes. */
const PLENTY_MS = 60_000;

export const auditPorts = (
  shop: Pick<Shop, 'tables'>,
  client: DynamoDBDocumentClient,
  folder: string,
  runtime = unitRuntime(),
): AuditPorts => ({
  store: createAuditStore(client, shop.tables, runtime),
  runtime,
  remaining: () => PLENTY_MS,
  folder,
});

/** Audits a shop on the fake. */
export const auditOf = (
  shop: FakeShop,
  differences: Partial<AuditPorts> = {},
): Promise<AuditReport> =>
  withTemporaryFolder((folder) =>
    auditShop({ ...auditPorts(shop, createClient(shop.wire.config), folder), ...differences }),
  );

/** What a report says, a line for each finding: the law, the row and what it is about. */
export const told = ({ findings }: AuditReport): string[] =>
  findings.map(({ law, subject, is, ought }) => `${law}: ${subject} ${is} (${ought})`);

/** Repairs a shop on the fake. */
export const repairOf = (
  shop: FakeShop,
  { isApplied = true, ...differences }: Partial<AuditPorts> & { readonly isApplied?: boolean } = {},
): Promise<RepairReport> =>
  withTemporaryFolder((folder) =>
    repairShop({
      ...auditPorts(shop, createClient(shop.wire.config), folder),
      shop: shop.store,
      isApplied,
      ...differences,
    }),
  );
