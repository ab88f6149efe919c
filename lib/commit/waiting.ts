/**
 * Parcels that wait to be packed, in the order they came, found by the products they move. All
 * steps take constant time on average, however many wait.
 */
export class Waiting {
  readonly #products: readonly (readonly string[])[];
  readonly #isTaken: Uint8Array;
  readonly #byProduct = new Map<string, Line>();
  #oldest = 0;

  /** @param products the products that each parcel moves, by its index */
  constructor(products: readonly (readonly string[])[]) {
    this.#products = products;
    this.#isTaken = new Uint8Array(products.length);
    for (const [index, names] of products.entries()) {
      for (const name of names) {
        const line = this.#byProduct.get(name);
        if (line) line.parcels.push(index);
        else this.#byProduct.set(name, { parcels: [index], waiting: 0, next: 0 });
      }
    }
    for (const line of this.#byProduct.values()) line.waiting = line.parcels.length;
  }

  has(index: number): boolean {
    return index < this.#isTaken.length && this.#isTaken[index] === 0;
  }

  take(index: number): void {
    this.#isTaken[index] = 1;
    for (const product of this.#products[index] ?? []) this.#lineOf(product).waiting -= 1;
  }

  /** How many wait for a product. */
  countOf(product: string): number {
    return this.#lineOf(product).waiting;
  }

  /** The oldest that waits; undefined when none does. */
  oldest(): number | undefined {
    while (this.#oldest < this.#isTaken.length && !this.has(this.#oldest)) this.#oldest += 1;
    return this.has(this.#oldest) ? this.#oldest : undefined;
  }

  /** Those that wait from this one on, oldest first. */
  *since(index: number): Generator<number> {
    for (let next = index; next < this.#isTaken.length; next += 1) {
      if (this.has(next)) yield next;
    }
  }

  /** The next few that wait for a product, oldest first, none twice until `rewind`. */
  nextOf(product: string, few: number): number[] {
    const line = this.#lineOf(product);
    const found: number[] = [];
    while (found.length < few && line.next < line.parcels.length) {
      const index = line.parcels[line.next] as number;
      line.next += 1;
      if (this.has(index)) found.push(index);
    }
    return found;
  }

  /** Has `nextOf` begin again with the oldest. */
  rewind(products: Iterable<string>): void {
    for (const product of products) {
      const line = this.#lineOf(product);
      line.next = 0;
      // Passing over those that are gone costs time; half of them are let go of at a time.
      if (line.waiting * 2 < line.parcels.length) {
        line.parcels = line.parcels.filter((index) => this.has(index));
      }
    }
  }

  #lineOf(product: string): Line {
    return this.#byProduct.get(product) as Line;
  }
}

/** Parcels for one product; some may be gone already. */
type Line = { parcels: number[]; waiting: number; next: number };
