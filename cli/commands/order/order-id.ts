import type { Argv } from 'yargs';
import { idFrom } from '../../arguments.ts';
import type { CommonOptions } from '../../session.ts';

/** The order that a command is about. */
export const withOrderId = (parser: Argv<CommonOptions>) =>
  parser.positional('order-id', {
    type: 'string',
    demandOption: true,
    describe: "The order's id",
  });

/** The path of an operation on it. */
export const orderPath = (orderId: string) => ({ path: { orderId: idFrom(orderId) } });
