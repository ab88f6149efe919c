import { defineGroup } from '../../command.ts';
import { amendOrder } from './amend.ts';
import { cancelOrder } from './cancel.ts';
import { deleteOrder } from './delete.ts';
import { listOrders } from './list.ts';
import { lockOrder } from './lock.ts';
import { placeOrder } from './place.ts';
import { reinstateOrder } from './reinstate.ts';
import { returnOrder } from './return.ts';
import { shipOrder } from './ship.ts';
import { showOrder } from './show.ts';
import { confirmOrder, deliverOrder, unlockOrder } from './transitions.ts';

export const order = defineGroup(
  'order',
  'Show, place, ship and cancel orders',
  [
    showOrder,
    listOrders,
    placeOrder,
    amendOrder,
    confirmOrder,
    lockOrder,
    unlockOrder,
    shipOrder,
    deliverOrder,
    returnOrder,
    cancelOrder,
    reinstateOrder,
    deleteOrder,
  ],
  ['orders'],
);
