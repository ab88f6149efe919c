/** How many waiting groups are looked through for one that may start. */
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
  #waiting: number[];
  #overtaken = 0;

  /** @param products the products that each group moves, each once, by the group's index */
  constructor(products: readonly (readonly string[])[]) {
    this.#products = products;
    this.#waiting = [...products.keys()];
    for (const product of products.flat()) {
      this.#demand.set(product, this.#demandFor(product) + 1);
    }
  }

  /** Starts a group, and says which; undefined when none may start before another is finished. */
  start(): number | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const isPatient = this.#overtaken < MOST_TO_OVERTAKE;
    const group = !isPatient && this.#isFree(first) ? first : this.#mostWaitedFor(isPatient);
    if (group === undefined) return undefined;
    this.#waiting.splice(this.#waiting.indexOf(group), 1);
    this.#overtaken = group === first ? 0 : this.#overtaken + 1;
    for (const product of this.#productsOf(group)) {
      this.#busy.add(product);
      this.#demand.set(product, this.#demandFor(product) - 1);
    }
    return group;
  }

  finish(group: number): void {
    for (const product of this.#productsOf(group)) this.#busy.delete(product);
  }

  /** Of the groups that may start, or of those that need nothing the first needs if it is not. */
  #mostWaitedFor(firstIsPatient: boolean): number | undefined {
    const claimed = new Set(firstIsPatient ? [] : this.#productsOf(this.#waiting[0]));
    let best: number | undefined;
    let most = -1;
    for (const group of this.#waiting.slice(0, LOOK_AHEAD)) {
      if (!this.#isFree(group) || this.#productsOf(group).some((one) => claimed.has(one))) continue;
      const waited = this.#waitedFor(group);
      if (waited > most) {
        best = group;
        most = waited;
      }
    }
    return best;
  }

  /** Squares, because groups that wait for one product wait for each other. */
  #waitedFor(group: number): number {
    let sum = 0;
    for (const product of this.#productsOf(group)) sum += this.#demandFor(product) ** 2;
    return sum;
  }

  #isFree(group: number): boolean {
    return !this.#productsOf(group).some((product) => this.#busy.has(product));
  }

  #demandFor(product: string): number {
    return this.#demand.get(product) ?? 0;
  }

  #productsOf(group: number | undefined): readonly string[] {
    return group === undefined ? [] : (this.#products[group] ?? []);
  }
}
