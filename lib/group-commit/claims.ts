/**
 * Which products are taken: moved by a group in flight, or kept free for the one group that they
 * are reserved for.
 */
export class Claims {
  readonly #isTaken: Uint8Array;
  /** Products in flight that are reserved: they stay taken when they come back. */
  readonly #awaited = new Set<number>();

  /** @param products how many there are: they are numbers from 0 on */
  constructor(products: number) {
    this.#isTaken = new Uint8Array(products);
  }

  isTaken(product: number): boolean {
    return this.#isTaken[product] === 1;
  }

  take(products: readonly number[]): void {
    for (const product of products) this.#isTaken[product] = 1;
  }

  /** Has nobody else take these: those that are free now, and the others as they come back. */
  reserve(products: readonly number[]): void {
    for (const product of products) {
      if (this.isTaken(product)) this.#awaited.add(product);
    }
    this.take(products);
  }

  /** Whether all that is reserved has come back. */
  isAllBack(): boolean {
    return this.#awaited.size === 0;
  }

  /** @returns those that anybody may take now */
  giveBack(products: readonly number[]): number[] {
    const free = products.filter((product) => !this.#awaited.delete(product));
    for (const product of free) this.#isTaken[product] = 0;
    return free;
  }
}
