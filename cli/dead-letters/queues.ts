import type { Place } from '../place.ts';
import type { Ports } from '../ports.ts';

/** How many messages a queue has, about: SQS counts them with a delay. */
export type Counts = {
  readonly waiting: number;
  /** Received, and hidden until they are deleted or come back. */
  readonly inFlight: number;
  readonly delayed: number;
};

/** The queues that the function cancels from. */
export type Origin = 'cancellations' | 'writeOffs';

/** A message of the dead-letter queue. */
export type DeadLetter = {
  readonly messageId: string;
  /** Allows to delete it, until it is received again. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: Date;
  /** The queue that it died in. */
  readonly origin: Origin;
  /** What its sender has added, as SQS takes it back. */
  readonly attributes: Readonly<Record<string, unknown>>;
};

/** The queues of cancellations and of write-offs, and their dead-letter queue. */
export type Queues = {
  readonly counts: () => Promise<{
    readonly cancellations: Counts;
    readonly writeOffs: Counts;
    readonly deadLetters: Counts;
  }>;
  /** Takes up to ten dead letters, and hides them from others for as long. None: it is empty. */
  readonly receive: (hiddenForSeconds: number) => Promise<readonly DeadLetter[]>;
  /** Shows dead letters to others again. At most ten. */
  readonly giveBack: (letters: readonly DeadLetter[]) => Promise<void>;
  /**
   * Puts each message on the queue that it died in, so that none is allowed more than before, and as
   * old as it is: it cancels no order that was reinstated since it was sent first. At most ten.
   *
   * @returns those that it has taken
   */
  readonly send: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>;
  /** Deletes dead letters. At most ten. */
  readonly remove: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly close: () => void;
};

/** @throws Failure when there are no such queues */
export type OpenQueues = (
  place: Place,
  ports: Pick<Ports, 'credentials' | 'interrupted'>,
) => Promise<Queues>;
