/** How many groups that may start are weighed against each other. */
const LOOK_AHEAD = 256;

/** How many groups may start before the first that waits. */
const MOST_TO_OVERTAKE = 8;

/**
 * Says which groups may be in flight together: never two that move the same product, so that they
 * cannot conflict with each other.
 *
 * Groups that move a product which many others move have to go one after the other, and the last of
 * them is the end of it all. So of the groups that may start, the one starts that the most others
 * wait for. The first that waits is overtaken a few times at most: then whatever it needs is kept
 * free for it.
 */
export class Schedule {
  readonly #products: readonly (readonly string[])[];
  readonly #busy = new Set<string>();
  /** How many groups that have not started move a product. */
  readonly #demand = new Map<string, number>();
  readonly #hasStarted: boolean[];
  /** Groups of which nothing is known that keeps them from starting. */
  readonly #ready: Set<number>;
  /** Groups that cannot start before this product is free. */
  readonly #parked = new Map<string, number[]>();
  #first = 0;
  #overtaken = 0;

  /** @param products the products that each group moves, each once, by the group's index */
  constructor(products: readonly (readonly string[])[]) {
    this.#products = products;
    this.#hasStarted = products.map(() => false);
    this.#ready = new Set(products.keys());
    for (const product of products.flat()) {
      this.#demand.set(product, this.#demandFor(product) + 1);
    }
  }

  /** Starts a group, and says which; undefined when none may start before another is finished. */
  start(): number | undefined {
    while (this.#hasStarted[this.#first]) this.#first += 1;
    if (this.#ready.size === 0) return undefined;
    const group = this.#overtaken < MOST_TO_OVERTAKE ? this.#best() : this.#firstOrHarmless();
    if (group === undefined) return undefined;
    this.#hasStarted[group] = true;
    this.#ready.delete(group);
    this.#overtaken = group === this.#first ? 0 : this.#overtaken + 1;
    for (const product of this.#productsOf(group)) {
      this.#busy.add(product);
      this.#demand.set(product, this.#demandFor(product) - 1);
    }
    return group;
  }

  finish(group: number): void {
    for (const product of this.#productsOf(group)) {
      this.#busy.delete(product);
      for (const parked of this.#parked.get(product) ?? []) this.#ready.add(parked);
      this.#parked.delete(product);
    }
  }

  /** The first that waits, or while it cannot start the best that needs nothing of what it needs. */
  #firstOrHarmless(): number | undefined {
    const needs = this.#productsOf(this.#first);
    if (!needs.some((product) => this.#busy.has(product))) return this.#first;
    return this.#best(new Set(needs));
  }

  /** Of the groups that may start, the one that the most others wait for; of equals the oldest. */
  #best(reserved?: ReadonlySet<string>): number | undefined {
    let best: number | undefined;
    let most = -1;
    let weighed = 0;
    for (const group of this.#ready) {
      if (weighed === LOOK_AHEAD) break;
      const products = this.#productsOf(group);
      const missing = products.find((product) => this.#busy.has(product));
      if (missing !== undefined) {
        this.#park(group, missing);
        continue;
      }
      if (reserved && products.some((product) => reserved.has(product))) continue;
      weighed += 1;
      const waits = this.#waitsFor(products);
      if (waits > most || (waits === most && best !== undefined && group < best)) {
        best = group;
        most = waits;
      }
    }
    return best;
  }

  #park(group: number, product: string): void {
    this.#ready.delete(group);
    const parked = this.#parked.get(product);
    if (parked) parked.push(group);
    else this.#parked.set(product, [group]);
  }

  /** How many groups wait for these products; squares, since those of one wait for each other. */
  #waitsFor(products: readonly string[]): number {
    let sum = 0;
    for (const product of products) sum += this.#demandFor(product) ** 2;
    return sum;
  }

  #demandFor(product: string): number {
    return this.#demand.get(product) ?? 0;
  }

  #productsOf(group: number): readonly string[] {
    return this.#products[group] ?? [];
  }
}
