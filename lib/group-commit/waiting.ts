/** No place. A typed array ignores what is written there. */
const NOWHERE = -1;

/**
 * Parcels that wait to be packed, oldest first, and found by the products that they move. The cost
 * of an operation does not grow with the number of parcels that wait or were packed before.
 */
export class Waiting {
  readonly #products: readonly (readonly number[])[];
  readonly #isTaken: Uint8Array;
  readonly #lines: readonly Line[];
  /** A parcel has one place in the line of each of its products; its places follow this one. */
  readonly #firstPlace: Int32Array;
  readonly #parcelAt: Int32Array;
  readonly #before: Int32Array;
  readonly #behind: Int32Array;
  #oldest = 0;

  /** @param products the products that each parcel moves, by the parcel's index; numbered from 0 */
  constructor(products: readonly (readonly number[])[]) {
    const places = products.reduce((sum, { length }) => sum + length, 0);
    this.#products = products;
    this.#isTaken = new Uint8Array(products.length);
    this.#firstPlace = new Int32Array(products.length);
    this.#parcelAt = new Int32Array(places);
    this.#before = new Int32Array(places);
    this.#behind = new Int32Array(places);
    const lines: Line[] = [];
    /** By product, the last place of its line so far. */
    const lasts: number[] = [];
    let place = 0;
    for (const [index, numbers] of products.entries()) {
      this.#firstPlace[index] = place;
      for (const product of numbers) {
        lines[product] ??= { first: place, next: place, waiting: 0 };
        lines[product].waiting += 1;
        const last = lasts[product] ?? NOWHERE;
        this.#parcelAt[place] = index;
        this.#before[place] = last;
        this.#behind[place] = NOWHERE;
        this.#behind[last] = place;
        lasts[product] = place;
        place += 1;
      }
    }
    this.#lines = lines;
  }

  has(index: number): boolean {
    return this.#isTaken[index] === 0;
  }

  /** Takes a parcel for a try. The caller has to put it back, or to remove it. */
  take(index: number): void {
    this.#isTaken[index] = 1;
    for (const product of this.#productsOf(index)) this.#lineOf(product).waiting -= 1;
  }

  putBack(index: number): void {
    this.#isTaken[index] = 0;
    for (const product of this.#productsOf(index)) this.#lineOf(product).waiting += 1;
  }

  /** Removes a waiting parcel from its lines; `nextOf` then begins with the oldest again. */
  remove(index: number): void {
    this.take(index);
    let place = this.#firstPlace[index] as number;
    for (const product of this.#productsOf(index)) {
      const line = this.#lineOf(product);
      const before = this.#before[place] as number;
      const behind = this.#behind[place] as number;
      if (before === NOWHERE) line.first = behind;
      this.#behind[before] = behind;
      this.#before[behind] = before;
      line.next = line.first;
      place += 1;
    }
  }

  /** How many parcels wait for a product. */
  countOf(product: number): number {
    return this.#lineOf(product).waiting;
  }

  /**
   * The oldest parcel that waits; undefined when none is left. Not valid while a try takes parcels.
   */
  oldest(): number | undefined {
    while (this.#isTaken[this.#oldest] === 1) this.#oldest += 1;
    return this.has(this.#oldest) ? this.#oldest : undefined;
  }

  /** The waiting parcels from this one on, oldest first. */
  *since(index: number): Generator<number> {
    const next = (from: number): number => this.#isTaken.indexOf(0, from);
    for (let found = next(index); found !== -1; found = next(found + 1)) yield found;
  }

  /** The next few parcels that wait for a product, oldest first; none twice until `rewind`. */
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

  /** Lets `nextOf` begin with the oldest parcel again. */
  rewind(products: Iterable<number>): void {
    for (const product of products) {
      const line = this.#lineOf(product);
      line.next = line.first;
    }
  }

  #productsOf(index: number): readonly number[] {
    return this.#products[index] as readonly number[];
  }

  #lineOf(product: number): Line {
    return this.#lines[product] as Line;
  }
}

/** Places in the line of a product, and how many parcels still wait there. */
type Line = { first: number; next: number; waiting: number };
