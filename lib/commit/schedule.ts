/** How many waiting groups are looked through for one that may start. */
const LOOK_AHEAD = 256;

/**
 * Says which groups may be in flight together: never two that move the same product, so that they
 * cannot conflict with each other. They start in the order they are given, and overtake only where
 * they cannot hold up the first that waits: whatever that one needs is kept free for it.
 */
export class Schedule {
  readonly #products: readonly (readonly string[])[];
  readonly #busy = new Set<string>();
  #waiting: number[];

  /** @param products the products that each group moves, each once, by the group's index */
  constructor(products: readonly (readonly string[])[]) {
    this.#products = products;
    this.#waiting = [...products.keys()];
  }

  /** Starts a group, and says which; undefined when none may start before another is finished. */
  start(): number | undefined {
    const claimed = new Set<string>();
    for (const [position, group] of this.#waiting.slice(0, LOOK_AHEAD).entries()) {
      const products = this.#products[group] ?? [];
      if (products.some((product) => this.#busy.has(product) || claimed.has(product))) {
        if (position === 0) for (const product of products) claimed.add(product);
        continue;
      }
      this.#waiting.splice(position, 1);
      for (const product of products) this.#busy.add(product);
      return group;
    }
    return undefined;
  }

  finish(group: number): void {
    for (const product of this.#products[group] ?? []) this.#busy.delete(product);
  }
}
