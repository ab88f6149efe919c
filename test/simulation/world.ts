/** What all parts of a simulated world share. */
import type { Chance } from './choices.ts';
import type { History } from './history.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Small } from './small.ts';
import type { Fault, FaultKind, Swarm } from './swarm.ts';

export type World = {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly swarm: Swarm;
  readonly history: History;
  /** Whether faults still happen. */
  readonly isDisturbed: () => boolean;
  /** Something is not as it must be. */
  readonly complain: (law: string, about: string) => void;
  /** Who chooses in a small world; undefined in a large one, where chance does. */
  readonly small: Small | undefined;
  /** Ends a process where it stands. */
  readonly kill: (process: Process, why: string) => void;
};

/** Whether a fault comes; then it is in the history. */
export const comes = (
  { chance, swarm, history, isDisturbed }: World,
  kind: FaultKind,
  label: string,
): boolean => {
  const name = `${label}/${kind}`;
  if (!isDisturbed() || !chance.happens(swarm.faults[kind], name)) return false;
  history.fault(kind, name);
  return true;
};

/** What an outage makes of a request; nothing where there is none. */
const outageNow = ({ scheduler, swarm, history }: World): FaultKind | undefined => {
  const now = scheduler.now();
  const outage = swarm.outages.find(({ from, to }) => from <= now && now < to);
  if (!outage) return undefined;
  const { label } = outage;
  if (!history.injected.some((one) => one.label === label)) history.fault('outage', label);
  return outage.shownAs;
};

/** The one of these faults that comes, if any. */
export const faultOf = (
  world: World,
  kinds: readonly FaultKind[],
  { label, operation }: { readonly label: string; readonly operation: string },
): Fault | undefined => {
  const { chance, swarm, history, isDisturbed, small } = world;
  if (!isDisturbed()) return undefined;
  if (small) {
    const fault = small.faultOf(operation);
    if (fault) history.fault(fault, `${label}/fault`);
    return fault;
  }
  const outage = outageNow(world);
  if (outage) return outage;
  const total = kinds.reduce((sum, kind) => sum + swarm.faults[kind], 0);
  const name = `${label}/fault`;
  if (!chance.happens(Math.min(total, 0.9), name)) return undefined;
  let rest = (chance.choose(1_000, `${name} kind`) / 1_000) * total;
  for (const kind of kinds) {
    rest -= swarm.faults[kind];
    if (rest < 0) {
      history.fault(kind, name);
      return kind;
    }
  }
  return undefined;
};
