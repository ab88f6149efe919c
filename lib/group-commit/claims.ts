/**
 * Which products are taken: a group in flight moves them, or they are kept free for the one group
 * that has reserved them.
 */
export class Claims {
  readonly #isTaken: Uint8Array;
  /**
   * Reserved products that are still in flight: they stay taken when their group gives them back.
   */
  readonly #awaited = new Set<number>();

  /** @param products how many products there are; they are numbered from 0 */
  constructor(products: number) {
    this.#isTaken = new Uint8Array(products);
  }

  isTaken(product: number): boolean {
    return this.#isTaken[product] === 1;
  }

  take(products: readonly number[]): void {
    for (const product of products) this.#isTaken[product] = 1;
  }

  /** Keeps products for one group: those that are free now, and the others once they come back. */
  reserve(products: readonly number[]): void {
    for (const product of products) {
      if (this.isTaken(product)) this.#awaited.add(product);
    }
    this.take(products);
  }

  /** Whether all reserved products have come back. */
  isAllBack(): boolean {
    return this.#awaited.size === 0;
  }

  /** @returns the products that any group may take now */
  giveBack(products: readonly number[]): number[] {
    const free = products.filter((product) => !this.#awaited.delete(product));
    for (const product of free) this.#isTaken[product] = 0;
    return free;
  }
}
