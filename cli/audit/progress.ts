import type { AuditProgress } from '../../lib/audit/ports.ts';
import type { Output } from '../output.ts';
import type { Progress, Work } from '../progress.ts';

type Step = AuditProgress['step'];

/** How many rows a table has is known when it has been read. */
const WORK: Readonly<Record<Step, Work>> = {
  products: { verb: 'Read', noun: 'product' },
  orders: { verb: 'Read', noun: 'order' },
  movements: { verb: 'Read', noun: 'movement' },
  comparing: { verb: 'Compared', total: 1 },
};

/** Shows how far an audit is, step by step; a repair audits several times. */
export const auditProgress = (output: Pick<Output, 'progress'>) => {
  let current: { readonly step: Step; readonly progress: Progress } | undefined;
  return {
    update({ step, done }: AuditProgress): void {
      if (current?.step !== step) {
        current?.progress.stop();
        current = { step, progress: output.progress(WORK[step]) };
      }
      current.progress.update(done);
    },
    stop(): void {
      current?.progress.stop();
    },
  };
};
