import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Product } from '../domain/product.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { Page, ProductPosition } from '../use-cases/ports.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { products } from './items.ts';
import { takePage } from './page.ts';
import { getItem } from './read.ts';

/** Whether a product is retired: its row only exists until its movements are deleted. */
const isRetired = (item: Item): boolean => item.deletedAt !== undefined;

export const getProduct = async (db: Database, id: string): Promise<Product | undefined> => {
  const item = await getItem(db, db.tables.products, { id });
  return item && !isRetired(item) ? products.fromItem(item) : undefined;
};

/** A product that is retired and whose row still exists. */
export const getRetiredProduct = async (
  db: Database,
  id: string,
  remaining: TimeBudget,
): Promise<Product | undefined> => {
  const item = await getItem(db, db.tables.products, { id }, remaining);
  return item && isRetired(item) ? products.fromItem(item) : undefined;
};

/** A page of all products, in an arbitrary but stable sequence. */
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
      yield* Items.filter((item) => !isRetired(item)).map(products.fromItem);
    }
  }
  return takePage(read(), limit, (taken) => ({ id: (taken.at(-1) as Product).id }));
};
