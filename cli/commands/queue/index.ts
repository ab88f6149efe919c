import { defineGroup } from '../../command.ts';
import { deadLetters } from './dead-letters.ts';
import { redriveLetters } from './redrive.ts';
import { queueStatus } from './status.ts';

export const queue = defineGroup('queue', 'Look into the queue and its dead letters', [
  queueStatus,
  deadLetters,
  redriveLetters,
]);
