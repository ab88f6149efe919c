import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Product } from '../domain/product.ts';
import type { Page, ProductPosition } from '../use-cases/ports.ts';
import type { Database } from './database.ts';
import { isRetired, productFromItem } from './items.ts';
import { takePage } from './page.ts';
import { getItem } from './read.ts';

export const getProduct = async (db: Database, id: string): Promise<Product | undefined> => {
  const item = await getItem(db, db.tables.products, { id });
  return item && !isRetired(item) ? productFromItem(item) : undefined;
};

/** When a product was retired, if it was and is still there. */
export const getRetirement = async (db: Database, id: string): Promise<string | undefined> => {
  const item = await getItem(db, db.tables.products, { id });
  return item?.deletedAt as string | undefined;
};

/** A part of all products, in no order that means anything but always the same. */
export const listProducts = async (
  db: Database,
  { limit, after }: { readonly limit: number; readonly after?: ProductPosition | undefined },
): Promise<Page<Product, ProductPosition>> => {
  async function* read(): AsyncGenerator<Product> {
    const pages = paginateScan(
      { client: db.client },
      {
        TableName: db.tables.products,
        Limit: limit + 1,
        ...(after && { ExclusiveStartKey: after }),
      },
    );
    for await (const { Items = [] } of pages) {
      yield* Items.filter((item) => !isRetired(item)).map(productFromItem);
    }
  }
  return takePage(read(), limit, (taken) => ({ id: (taken.at(-1) as Product).id }));
};
