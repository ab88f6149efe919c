import TinyQueue from 'tinyqueue';
import { Claims } from './claims.ts';
import { Demand } from './demand.ts';
import { numberProducts } from './product-numbers.ts';

/** How many groups may start before the first that waits. */
const MOST_TO_OVERTAKE = 8;

/**
 * How many looks at products a group that is finished pays for, by its own: so many may be spent on
 * groups that then turn out to lack something.
 */
const LOOKS = 64;

/**
 * Says which groups may be in flight together: never two that move the same product, so that they
 * cannot conflict with each other.
 *
 * Groups that move a product which many others move have to go one after the other, and the last of
 * them is the end of it all. So of the groups that may start, the one starts that the most others
 * wait for. The first that waits is overtaken a few times at most: then whatever it needs is kept
 * free for it.
 *
 * Near-linear in the products of all groups. A group that lacks a product is parked there. When the
 * product is free only the heaviest that is parked there may try, and the next one if that lacks
 * something else. What a group weighs only ever falls, so a queue has it where it was when it was
 * put there or further back, and it is weighed again when its turn comes.
 */
export class Schedule {
  /** By group, the products it shares with others: those most wanted first, as most likely taken. */
  readonly #products: readonly (readonly number[])[];
  readonly #demand: Demand;
  readonly #claims: Claims;
  readonly #hasStarted: boolean[];
  /** Groups of which nothing is known that keeps them from starting. */
  readonly #ready: TinyQueue<Candidate>;
  /** Groups that cannot start before this product is free. */
  readonly #parked = new Map<number, TinyQueue<Candidate>>();
  /** By group, where it was parked last: once it is ready, all that are parked there wait for it. */
  readonly #places = new Map<number, number>();
  /** Negative when the last group tried was one too many. */
  #looksLeft = 0;
  #inFlight = 0;
  #first = 0;
  #overtaken = 0;
  #isReserved = false;

  /** @param products the products that each group moves, each once, by the group's index */
  constructor(products: readonly (readonly string[])[]) {
    const numbers = numberProducts(products);
    const demand = new Demand(numbers);
    this.#products = numbers.map((all) =>
      all.filter((one) => demand.of(one) > 1).sort((a, b) => demand.of(b) - demand.of(a)),
    );
    this.#demand = demand;
    this.#claims = new Claims(demand.products);
    this.#hasStarted = products.map(() => false);
    const groups = Array.from(products.keys(), (group) => this.#candidate(group));
    this.#ready = new TinyQueue(groups, heaviestFirst);
    // Enough to try each once.
    for (const { length } of this.#products) this.#looksLeft += length;
  }

  /**
   * Starts a group, and says which; undefined when none is found that may start before another is
   * finished.
   */
  start(): number | undefined {
    while (this.#hasStarted[this.#first]) this.#first += 1;
    const group = this.#next();
    if (group === undefined) return undefined;
    this.#hasStarted[group] = true;
    this.#inFlight += 1;
    this.#demand.start(group);
    this.#claims.take(this.#productsOf(group));
    if (group === this.#first) this.#isReserved = false;
    this.#overtaken = group === this.#first ? 0 : this.#overtaken + 1;
    return group;
  }

  finish(group: number): void {
    const products = this.#productsOf(group);
    this.#inFlight -= 1;
    this.#looksLeft += LOOKS * products.length;
    for (const product of this.#claims.giveBack(products)) this.#wake(product);
  }

  /** The first that waits once all is there that is kept for it, or else the best. */
  #next(): number | undefined {
    if (this.#overtaken >= MOST_TO_OVERTAKE && !this.#isReserved) {
      this.#claims.reserve(this.#productsOf(this.#first));
      this.#isReserved = true;
    }
    return this.#isReserved && this.#claims.isAllBack() ? this.#first : this.#best();
  }

  /** Of the groups that may start, the one that the most others wait for; of equals the oldest. */
  #best(): number | undefined {
    // Nothing is taken when nothing is in flight, so no look is in vain.
    while (this.#looksLeft >= 0 || this.#inFlight === 0) {
      const candidate = this.#ready.pop();
      if (!candidate) return undefined;
      const { group, weight } = candidate;
      const place = this.#places.get(group);
      if (this.#hasStarted[group]) {
        this.#wakeIfFree(place);
      } else if (weight > this.#demand.weightOf(group)) {
        this.#putBack(group, place);
      } else {
        const missing = this.#missing(group);
        if (missing === undefined) return group;
        this.#park(group, missing);
        this.#wakeIfFree(place);
      }
    }
    return undefined;
  }

  /** A product that keeps a group from starting; undefined when there is none. */
  #missing(group: number): number | undefined {
    const products = this.#productsOf(group);
    const position = products.findIndex((product) => this.#claims.isTaken(product));
    if (position === -1) return undefined;
    this.#looksLeft -= position + 1;
    return products[position];
  }

  /** Has a group wait with what it weighs by now, behind others of its place that are heavier. */
  #putBack(group: number, place: number | undefined): void {
    if (place === undefined) {
      this.#ready.push(this.#candidate(group));
      return;
    }
    this.#park(group, place);
    this.#wakeIfFree(place);
  }

  #park(group: number, product: number): void {
    this.#places.set(group, product);
    const parked = this.#parked.get(product);
    if (parked) parked.push(this.#candidate(group));
    else this.#parked.set(product, new TinyQueue([this.#candidate(group)], heaviestFirst));
  }

  #wakeIfFree(product: number | undefined): void {
    if (product !== undefined && !this.#claims.isTaken(product)) this.#wake(product);
  }

  /** Lets the heaviest that is parked at a product try. */
  #wake(product: number): void {
    const candidate = this.#parked.get(product)?.pop();
    if (candidate) this.#ready.push(candidate);
  }

  #candidate(group: number): Candidate {
    return { group, weight: this.#demand.weightOf(group) };
  }

  #productsOf(group: number): readonly number[] {
    return this.#products[group] ?? [];
  }
}

/** A group, and what it weighed when it was put into a queue. */
type Candidate = { readonly group: number; readonly weight: number };

const heaviestFirst = (a: Candidate, b: Candidate): number =>
  b.weight - a.weight || a.group - b.group;
