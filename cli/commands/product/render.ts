import type { Product } from '../../resources.ts';
import { table } from '../../table.ts';

/** One row for each product. */
export const productsText = (products: readonly Product[], width: number): string =>
  table(
    [
      { title: 'product', kind: 'id' },
      { title: 'name', kind: 'text' },
      { title: 'on hand', kind: 'number' },
      { title: 'reserved', kind: 'number' },
      { title: 'available', kind: 'number' },
    ],
    products.map(({ id, name, stockQuantity, reservedQuantity, availableQuantity, closed }) => [
      id,
      closed ? `${name} (closed)` : name,
      stockQuantity,
      reservedQuantity,
      availableQuantity,
    ]),
    width,
  );
