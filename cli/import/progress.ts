import type { ImportProgress } from '../../lib/import/ports.ts';
import type { Output } from '../output.ts';
import type { Progress, Work } from '../progress.ts';

type Step = ImportProgress['step'];

/** How much there is of each step is known when it has been done. */
const workOf = (isApplied: boolean): Readonly<Record<Step, Work>> => ({
  reading: { verb: 'Read', noun: 'row' },
  comparing: { verb: 'Compared', total: 1 },
  products: { verb: isApplied ? 'Written' : 'Looked at', noun: 'product' },
  orders: { verb: isApplied ? 'Written' : 'Looked at', noun: 'order' },
});

/** Shows how far an import is, step by step. */
export const importProgress = (output: Pick<Output, 'progress'>, isApplied: boolean) => {
  let current: { readonly step: Step; readonly progress: Progress } | undefined;
  return {
    update({ step, done }: ImportProgress): void {
      if (current?.step !== step) {
        current?.progress.stop();
        current = { step, progress: output.progress(workOf(isApplied)[step]) };
      }
      current.progress.update(done);
    },
    stop(): void {
      current?.progress.stop();
    },
  };
};
