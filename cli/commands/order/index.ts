import { defineGroup } from '../../command.ts';
import { cancelOrder } from './cancel.ts';
import { deleteOrder } from './delete.ts';
import { listOrders } from './list.ts';
import { placeOrder } from './place.ts';
import { showOrder } from './show.ts';
import { confirmOrder, deliverOrder, shipOrder } from './transitions.ts';

export const order = defineGroup('order', 'Show, place, ship and cancel orders', [
  showOrder,
  listOrders,
  placeOrder,
  confirmOrder,
  shipOrder,
  deliverOrder,
  cancelOrder,
  deleteOrder,
]);
