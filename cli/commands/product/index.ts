import { defineGroup } from '../../command.ts';
import { adjustStock } from './adjust.ts';
import { adjustFile } from './adjust-file.ts';
import { callOffProduct } from './call-off.ts';
import { countStock } from './count.ts';
import { createProduct } from './create.ts';
import { deleteProduct } from './delete.ts';
import { listProducts } from './list.ts';
import { listProductOrders } from './orders.ts';
import { showProduct } from './show.ts';
import { updateProduct } from './update.ts';

export const product = defineGroup(
  'product',
  'Show, create and adjust products',
  [
    showProduct,
    listProducts,
    listProductOrders,
    createProduct,
    updateProduct,
    adjustStock,
    countStock,
    adjustFile,
    callOffProduct,
    deleteProduct,
  ],
  ['products'],
);
