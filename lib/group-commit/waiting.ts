const NOWHERE = -1;

/**
 * Parcels that wait to be packed, in the order they came, found by the products they move. No step
 * takes longer because many wait, or have waited.
 */
export class Waiting {
  readonly #products: readonly (readonly number[])[];
  readonly #isTaken: Uint8Array;
  readonly #lines: readonly Line[];
  /** Each parcel has a place in the line of each of its products, one after the other from here. */
  readonly #firstPlace: Int32Array;
  readonly #parcelAt: Int32Array;
  readonly #before: Int32Array;
  readonly #behind: Int32Array;
  #oldest = 0;

  /** @param products the products that each parcel moves, by its index: numbers from 0 on */
  constructor(products: readonly (readonly number[])[]) {
    const places = products.reduce((sum, { length }) => sum + length, 0);
    this.#products = products;
    this.#isTaken = new Uint8Array(products.length);
    this.#firstPlace = new Int32Array(products.length);
    this.#parcelAt = new Int32Array(places);
    this.#before = new Int32Array(places);
    this.#behind = new Int32Array(places);
    const lines: Line[] = [];
    let place = 0;
    for (const [index, numbers] of products.entries()) {
      this.#firstPlace[index] = place;
      for (const product of numbers) {
        lines[product] ??= { first: place, last: NOWHERE, next: place, waiting: 0 };
        const line = lines[product];
        this.#parcelAt[place] = index;
        this.#before[place] = line.last;
        this.#behind[place] = NOWHERE;
        if (line.last !== NOWHERE) this.#behind[line.last] = place;
        line.last = place;
        line.waiting += 1;
        place += 1;
      }
    }
    this.#lines = lines;
  }

  has(index: number): boolean {
    return this.#isTaken[index] === 0;
  }

  /** Takes a parcel for a try; it has to be put back, or removed for good. */
  take(index: number): void {
    this.#isTaken[index] = 1;
    for (const product of this.#productsOf(index)) this.#lineOf(product).waiting -= 1;
  }

  putBack(index: number): void {
    this.#isTaken[index] = 0;
    for (const product of this.#productsOf(index)) this.#lineOf(product).waiting += 1;
  }

  /** Takes a parcel that waits out of its lines for good, and has these begin with the oldest. */
  remove(index: number): void {
    this.take(index);
    let place = this.#firstPlace[index] as number;
    for (const product of this.#productsOf(index)) {
      const line = this.#lineOf(product);
      const before = this.#before[place] as number;
      const behind = this.#behind[place] as number;
      if (before === NOWHERE) line.first = behind;
      else this.#behind[before] = behind;
      if (behind === NOWHERE) line.last = before;
      else this.#before[behind] = before;
      line.next = line.first;
      place += 1;
    }
  }

  /** How many wait for a product. */
  countOf(product: number): number {
    return this.#lineOf(product).waiting;
  }

  /** The oldest that has not been removed; undefined when none is left. Not to be asked in a try. */
  oldest(): number | undefined {
    while (this.#isTaken[this.#oldest] === 1) this.#oldest += 1;
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
    while (found.length < few && line.next !== NOWHERE) {
      const index = this.#parcelAt[line.next] as number;
      line.next = this.#behind[line.next] as number;
      if (this.has(index)) found.push(index);
    }
    return found;
  }

  /** Has `nextOf` begin again with the oldest. */
  rewind(products: Iterable<number>): void {
    for (const product of products) {
      const line = this.#lineOf(product);
      line.next = line.first;
    }
  }

  #productsOf(index: number): readonly number[] {
    return this.#products[index] ?? [];
  }

  #lineOf(product: number): Line {
    return this.#lines[product] as Line;
  }
}

/** The places in a product's line, and how many of those there still wait. */
type Line = { first: number; last: number; next: number; waiting: number };
