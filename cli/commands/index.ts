/** Every command, as `--help` lists them. A new one is a file here, and a line in this list. */
import type { Command } from '../command.ts';
import { audit } from './audit.ts';
import { cancel } from './cancel.ts';
import { doctor } from './doctor.ts';
import { importCommands } from './import/index.ts';
import { movements } from './movements.ts';
import { order } from './order/index.ts';
import { product } from './product/index.ts';
import { queue } from './queue/index.ts';
import { redriveLetters } from './queue/redrive.ts';
import { repair } from './repair.ts';
import { shadow } from './shadow.ts';

export const COMMANDS: readonly Command[] = [
  order,
  product,
  movements,
  cancel,
  importCommands,
  shadow,
  queue,
  redriveLetters,
  audit,
  repair,
  doctor,
];
