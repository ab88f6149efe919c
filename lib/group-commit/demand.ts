/**
 * The weights of the groups that wait for a product are updated when its demand has fallen by one
 * in this many. So weights are exact up to this many groups; beyond that, a product counts less
 * than 7 % too much.
 */
const EXACT_UP_TO = 32;

/**
 * How many groups wait for each product, and how much each group weighs: how many other groups wait
 * for the products that it moves.
 *
 * A start does not update the weights of all groups that wait for the same product. They are
 * updated when a share of these groups has started. So each start costs a bounded number of updates
 * per product, however many groups wait.
 */
export class Demand {
  readonly #groups: readonly (readonly number[])[];
  /** By product, which groups wait for it. Some may have started since the last update. */
  readonly #waiting: number[][];
  /** By product, how many groups have not started: now, and at the last update of their weights. */
  readonly #demand: Int32Array;
  readonly #weighed: Int32Array;
  readonly #hasStarted: Uint8Array;
  readonly #weights: Float64Array;

  /** @param groups the products that each group moves, by the group's index; numbered from 0 */
  constructor(groups: readonly (readonly number[])[]) {
    this.#groups = groups;
    this.#waiting = groupsByProduct(groups);
    this.#demand = Int32Array.from(this.#waiting, ({ length }) => length);
    this.#weighed = this.#demand.slice();
    this.#hasStarted = new Uint8Array(groups.length);
    this.#weights = new Float64Array(groups.length);
    for (const [group, products] of groups.entries()) {
      for (const product of products) this.raise(group, this.of(product) ** 2);
    }
  }

  /** How many products there are. */
  get products(): number {
    return this.#demand.length;
  }

  /** How many groups that have not started move a product. */
  of(product: number): number {
    return this.#demand[product] as number;
  }

  /**
   * How many groups wait for what a group moves. The sum of squares, because all groups of one
   * product have to wait for each other.
   */
  weightOf(group: number): number {
    return this.#weights[group] as number;
  }

  /** Marks a group as started: it waits for no product any more. */
  start(group: number): void {
    this.#hasStarted[group] = 1;
    for (const product of this.#groups[group] as readonly number[]) {
      const demand = this.of(product) - 1;
      this.#demand[product] = demand;
      const weighed = this.#weighed[product] as number;
      if ((weighed - demand) * EXACT_UP_TO >= weighed) this.#update(product);
    }
  }

  #update(product: number): void {
    const weighed = this.#weighed[product] as number;
    const demand = this.of(product);
    this.#weighed[product] = demand;
    const waiting = (this.#waiting[product] as number[]).filter(
      (group) => this.#hasStarted[group] === 0,
    );
    this.#waiting[product] = waiting;
    for (const group of waiting) this.raise(group, demand ** 2 - weighed ** 2);
  }

  /** Changes the weight of a group. */
  raise(group: number, by: number): void {
    this.#weights[group] = this.weightOf(group) + by;
  }
}

const groupsByProduct = (groups: readonly (readonly number[])[]): number[][] => {
  const waiting: number[][] = [];
  for (const [group, products] of groups.entries()) {
    for (const product of products) {
      const others = waiting[product];
      if (others) others.push(group);
      else waiting[product] = [group];
    }
  }
  return waiting;
};
