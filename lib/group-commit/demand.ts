/**
 * A product tells when its demand has fallen by one in so many. So up to this many groups what they
 * weigh is exact, and beyond that a product counts less than 7 % too much.
 */
const EXACT_UP_TO = 32;

/**
 * How many groups wait for each product, and from that, how many wait for what a group moves.
 *
 * A product that many wait for does not tell all of them whenever one of them starts, but when a
 * share of them has. So however many wait, each start costs a product a bounded number of changes.
 */
export class Demand {
  readonly #groups: readonly (readonly number[])[];
  /** By product, which groups wait for it. Some may have started since it last told them. */
  readonly #waiting: number[][];
  /** By product, how many have not started, and how many had not when it last told them. */
  readonly #demand: Int32Array;
  readonly #told: Int32Array;
  readonly #hasStarted: Uint8Array;
  readonly #weights: Float64Array;

  /** @param groups the products that each group moves, by its index: numbers from 0 on */
  constructor(groups: readonly (readonly number[])[]) {
    this.#groups = groups;
    this.#waiting = groupsByProduct(groups);
    this.#demand = Int32Array.from(this.#waiting, ({ length }) => length);
    this.#told = this.#demand.slice();
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

  /** How many groups wait for what a group moves; squares, since those of one wait for each other. */
  weightOf(group: number): number {
    return this.#weights[group] as number;
  }

  /** Has a group wait for nothing any more. */
  start(group: number): void {
    this.#hasStarted[group] = 1;
    for (const product of this.#groups[group] ?? []) {
      const demand = this.of(product) - 1;
      this.#demand[product] = demand;
      const told = this.#told[product] as number;
      if ((told - demand) * EXACT_UP_TO >= told) this.#tell(product);
    }
  }

  #tell(product: number): void {
    const told = this.#told[product] as number;
    const demand = this.of(product);
    this.#told[product] = demand;
    const waiting = this.#waiting[product]?.filter((group) => this.#hasStarted[group] === 0) ?? [];
    this.#waiting[product] = waiting;
    for (const group of waiting) this.raise(group, demand ** 2 - told ** 2);
  }

  /** Changes what a group weighs. */
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
