/**
 * Parcels that wait to be packed, in the order they came, found by the products they move. All
 * steps take constant time on average, however many wait.
 */
export class Waiting {
  readonly #products: readonly (readonly number[])[];
  readonly #isTaken: Uint8Array;
  readonly #lines: readonly Line[];
  #oldest = 0;

  /** @param products the products that each parcel moves, by its index: numbers from 0 on */
  constructor(products: readonly (readonly number[])[]) {
    this.#products = products;
    this.#isTaken = new Uint8Array(products.length);
    const lines: Line[] = [];
    for (const [index, numbers] of products.entries()) {
      for (const product of numbers) {
        lines[product] ??= { parcels: [], waiting: 0, next: 0 };
        lines[product].parcels.push(index);
        lines[product].waiting += 1;
      }
    }
    this.#lines = lines;
  }

  has(index: number): boolean {
    return index < this.#isTaken.length && this.#isTaken[index] === 0;
  }

  take(index: number): void {
    this.#isTaken[index] = 1;
    for (const product of this.#products[index] ?? []) this.#lineOf(product).waiting -= 1;
  }

  /** Undoes `take`; who asked for the oldest meanwhile may have been told of a later one. */
  putBack(index: number): void {
    this.#isTaken[index] = 0;
    for (const product of this.#products[index] ?? []) this.#lineOf(product).waiting += 1;
  }

  /** How many wait for a product. */
  countOf(product: number): number {
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
  nextOf(product: number, few: number): number[] {
    const line = this.#lineOf(product);
    const found: number[] = [];
    while (found.length < few && line.next < line.parcels.length) {
      const index = line.parcels[line.next] as number;
      line.next += 1;
      if (this.has(index)) found.push(index);
    }
    return found;
  }

  /** Has `nextOf` begin again with the oldest, and lets go for good of most that are taken. */
  rewind(products: Iterable<number>): void {
    for (const product of products) {
      const line = this.#lineOf(product);
      line.next = 0;
      // Passing over those that are gone costs time; half of them are let go of at a time.
      if (line.waiting * 2 < line.parcels.length) {
        line.parcels = line.parcels.filter((index) => this.has(index));
      }
    }
  }

  #lineOf(product: number): Line {
    return this.#lines[product] as Line;
  }
}

/** Parcels for one product; some may be gone already. */
type Line = { parcels: number[]; waiting: number; next: number };
