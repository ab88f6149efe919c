import type { Argv } from 'yargs';
import { idFrom } from '../../arguments.ts';
import type { CommonOptions } from '../../session.ts';

/** The product that a command is about. */
export const withProductId = (parser: Argv<CommonOptions>) =>
  parser.positional('product-id', {
    type: 'string',
    demandOption: true,
    describe: "The product's id",
  });

/** The path of an operation on it. */
export const productPath = (productId: string) => ({ path: { productId: idFrom(productId) } });
