/**
 * Audits a shop of a million movements, and tells memory and rate:
 *
 * node --max-old-space-size=192 --import tsx bench/audit.ts [movements]
 *
 * The rows are made while they are read, as DynamoDB would answer, so the real client reads them, and
 * no engine takes part.
 */
import { Readable } from 'node:stream';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { auditShop } from '../lib/audit/audit-shop.ts';
import { withTemporaryFolder } from '../lib/audit/temporary-folder.ts';
import { openProduct } from '../lib/domain/product.ts';
import { reservation } from '../lib/domain/stock-movement.ts';
import { createAuditStore } from '../lib/dynamodb/audit-store.ts';
import { createClient } from '../lib/dynamodb/client.ts';
import type { Item } from '../lib/dynamodb/codec.ts';
import { movementToItem, orderToItem } from '../lib/dynamodb/items.ts';
import type { Tables } from '../lib/dynamodb/tables.ts';
import { systemRuntime } from '../lib/runtime.ts';

const MOVEMENTS = Number(process.argv[2] ?? 1_000_000);
const LINES = 3;
const ORDERS = Math.floor(MOVEMENTS / LINES);
const PRODUCTS = 10_000;
const AT = '2026-01-01T00:00:00.000Z';
const STOCK = 1_000_000;
/** As many as 1 MB holds. */
const ROWS_PER_PAGE = 2_000;

const TABLES: Tables = {
  orders: 'orders',
  products: 'products',
  stockMovements: 'stock-movements',
  cancellationBatches: 'cancellation-batches',
  turns: 'turns',
  orderStatusShards: 8,
  orderDueShards: 4,
  productMovementShards: 8,
};

/** The product of a line; each order has different ones. */
const productOf = (order: number, line: number): number => (order * LINES + line * 7) % PRODUCTS;

const lineOf = (order: number, line: number) => ({
  productId: `product-${productOf(order, line)}`,
  quantity: 1,
  reservedQuantity: 1,
  shippedQuantity: 0,
  cancelledQuantity: 0,
  returnedQuantity: 0,
});

/** Movements of each product, without its opening. */
const moved = new Uint32Array(PRODUCTS);
for (let order = 0; order < ORDERS; order += 1) {
  for (let line = 0; line < LINES; line += 1) {
    const product = productOf(order, line);
    moved[product] = (moved[product] ?? 0) + 1;
  }
}

/** The row at this place of a table. */
const ROWS: Readonly<
  Record<string, { readonly count: number; readonly row: (at: number) => Item }>
> = {
  products: {
    count: PRODUCTS,
    row: (at) => {
      const { product } = openProduct(
        { id: `product-${at}`, name: 'A product', stockQuantity: STOCK },
        AT,
      );
      const reserved = moved[at] ?? 0;
      return {
        ...product,
        reservedQuantity: reserved,
        availableQuantity: STOCK - reserved,
        movementCount: 1 + reserved,
      };
    },
  },
  orders: {
    count: ORDERS,
    row: (at) =>
      orderToItem(
        {
          id: `order-${at}`,
          status: 'confirmed',
          statusSince: AT,
          items: Array.from({ length: LINES }, (_, line) => lineOf(at, line)),
          version: 1,
          round: 1,
          movementReferences: [`order_order-${at}`],
          createdAt: AT,
          updatedAt: AT,
        },
        TABLES,
      ),
  },
  'stock-movements': {
    count: PRODUCTS + ORDERS * LINES,
    row: (at) => {
      if (at < PRODUCTS) {
        const { movement } = openProduct(
          { id: `product-${at}`, name: '', stockQuantity: STOCK },
          AT,
        );
        if (!movement) throw new Error('A product with stock has an opening');
        return movementToItem(movement, TABLES);
      }
      const order = Math.floor((at - PRODUCTS) / LINES);
      const line = lineOf(order, (at - PRODUCTS) % LINES);
      return movementToItem(reservation({ id: `order-${order}`, round: 1 }, line, AT), TABLES);
    },
  },
};

type ScanInput = {
  readonly TableName: string;
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly ExclusiveStartKey?: { readonly id: { readonly N: string } };
};

/** A page of a scan: each segment has every n-th row. */
const scan = (input: ScanInput): unknown => {
  const { TableName, Segment, TotalSegments, ExclusiveStartKey } = input;
  const table = ROWS[TableName];
  if (!table) throw new Error(`There is no table ${TableName}`);
  const begin = Number(ExclusiveStartKey?.id.N ?? Segment);
  const Items: unknown[] = [];
  let at = begin;
  for (; at < table.count && Items.length < ROWS_PER_PAGE; at += TotalSegments) {
    Items.push(marshall(table.row(at), { removeUndefinedValues: true }));
  }
  return { Items, ...(at < table.count && { LastEvaluatedKey: { id: { N: String(at) } } }) };
};

const requestHandler = {
  handle: async ({ body }: { readonly body: string }) => ({
    response: {
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Readable.from([Buffer.from(JSON.stringify(scan(JSON.parse(body))))]),
    },
  }),
} as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>;

const client = createClient({
  endpoint: 'http://made.invalid',
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  requestHandler,
});

const began = performance.now();
const report = await withTemporaryFolder((folder) =>
  auditShop({
    store: createAuditStore(client, TABLES, systemRuntime),
    runtime: systemRuntime,
    remaining: () => 60_000,
    folder,
  }),
);
const seconds = (performance.now() - began) / 1_000;
const rows = Object.values(report.rows).reduce((sum, count) => sum + count, 0);
const { maxRSS, userCPUTime } = process.resourceUsage();
process.stdout.write(
  `${JSON.stringify({
    rows: report.rows,
    findings: report.findings.length,
    unproven: report.unproven.length,
    seconds: Math.round(seconds),
    rowsPerSecond: Math.round(rows / seconds),
    rowsPerProcessorSecond: Math.round(rows / (userCPUTime / 1e6)),
    maxRssMiB: Math.round(maxRSS / 1024),
  })}\n`,
);
