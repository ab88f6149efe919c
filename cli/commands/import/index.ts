import { defineGroup } from '../../command.ts';
import { importRails } from './rails.ts';
import { importShopFile } from './shop.ts';

export const importCommands = defineGroup('import', 'Bring another shop in', [
  importRails,
  importShopFile,
]);
